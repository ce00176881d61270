import { Injectable } from '@nestjs/common';
import type { ContactLine } from '@tact/contracts';
import { InvalidIdentity, registrableIdentities, Vault } from '@tact/platform';
import {
  ContactRegistrations,
  type RegistrationRequest,
} from '../../contacts/contact-registrations.ts';
import { type Outcome, type PreparedLines, refusedLine } from '../../signals/line-outcomes.ts';

/** Contacts of an import: people found or created, and what is new of them. */
@Injectable()
export class ContactLines {
  constructor(
    private readonly vault: Vault,
    private readonly registrations: ContactRegistrations,
  ) {}

  prepare(tenantId: string, lines: readonly ContactLine[]): PreparedLines {
    const read = lines.map((line) => this.#requests(tenantId, line));
    return async (tx) => {
      const requests = read.filter((one) => 'request' in one);
      const done = (await this.registrations.register(tx, tenantId, requests)).values();
      return read.map((one): Outcome => {
        if (!('request' in one)) return one;
        const registration = done.next().value;
        if (typeof registration !== 'object') {
          return refusedLine('/identities', 'The identities belong to different contacts.');
        }
        return registration.isNews ? 'applied' : 'duplicate';
      });
    };
  }

  #requests(
    tenantId: string,
    line: ContactLine,
  ): RegistrationRequest | { errors: { pointer: string; message: string }[] } {
    const { id, ...details } = line;
    try {
      const { identities, stated } = registrableIdentities(details.identities);
      const request = { ...details, identities };
      // The content is part of it: a row that changed under its id is news, the same row is not.
      const commandId = this.vault.factId(tenantId, 'contact-line', id, JSON.stringify(request));
      return { request, stated, commandId };
    } catch (error) {
      if (!(error instanceof InvalidIdentity)) throw error;
      return { errors: [{ pointer: `/identities/${error.kind}`, message: error.message }] };
    }
  }
}
