import { Injectable } from '@nestjs/common';
import type { ContactLine, OptOut } from '@tact/contracts';
import {
  type CanonicalOptions,
  Clock,
  InvalidIdentity,
  type Queryable,
  registrableIdentities,
  Vault,
} from '@tact/platform';
import { IdentityOptions } from '../../contacts/identity-options.ts';
import { ContactRegistrations, type Foreseen } from '../../contacts/contact-registrations.ts';
import { ambiguousSentence } from '../../contacts/register-contact.http.ts';
import type { ProvenConsent, RegistrationRequest } from '../../contacts/registration-request.ts';
import {
  type Outcome,
  type PreparedLines,
  type RefusedLine,
  refusedLine,
} from '../../signals/line-outcomes.ts';

const conflictOfLine = (conflictId: string): string =>
  `conflict: the identities belong to different contacts. Nothing was applied but the refusals in the row; settle ${conflictId} (GET /v1/identity-conflicts).`;

/** Whose people a file is of, and whether it is a person’s own word. */
export type FileOfContacts = {
  readonly tenantId: string;
  readonly isTyped?: boolean | undefined;
};

type Reading = FileOfContacts & {
  readonly options: CanonicalOptions;
  /** Where the line came from. */
  readonly rowRef: string;
};

/** Contacts of an import: people found or created, and what is new of them. */
@Injectable()
export class ContactLines {
  constructor(
    private readonly vault: Vault,
    private readonly registrations: ContactRegistrations,
    private readonly clock: Clock,
    private readonly identities: IdentityOptions,
  ) {}

  /** `refs`: where each line came from. */
  async prepare(
    whose: FileOfContacts,
    lines: readonly ContactLine[],
    refs: readonly string[],
  ): Promise<PreparedLines> {
    const { tenantId } = whose;
    const options = await this.identities.of(tenantId);
    const read = lines.map((line, nth) =>
      this.#requests(line, { ...whose, options, rowRef: refs[nth] ?? 'import' }),
    );
    return async (tx) => {
      const requests = read.filter((one) => 'request' in one);
      const done = (await this.registrations.register(tx, tenantId, requests)).values();
      return read.map((one): Outcome => {
        if (!('request' in one)) return one;
        const registration = done.next().value;
        if (registration === undefined) return refusedLine('', 'The line was lost on our side.');
        if ('contactId' in registration) return registration.isNews ? 'applied' : 'duplicate';
        const { conflictId } = registration;
        return conflictId === undefined
          ? refusedLine('/identities/email', ambiguousSentence)
          : refusedLine('/identities', conflictOfLine(conflictId));
      });
    };
  }

  /** What would become of lines: all of it is taken back with the transaction it is asked in. */
  async foresee(
    tx: Queryable,
    whose: FileOfContacts,
    lines: readonly ContactLine[],
  ): Promise<(Foreseen | RefusedLine)[]> {
    const { tenantId } = whose;
    const options = await this.identities.of(tenantId);
    const read = lines.map((line) =>
      this.#requests(line, { ...whose, options, rowRef: 'preview' }),
    );
    const requests = read.filter((one) => 'request' in one);
    const foreseen = (await this.registrations.foresee(tx, tenantId, requests)).values();
    return read.map((one) => ('request' in one ? (foreseen.next().value ?? 'create') : one));
  }

  /** A flag that is set withdraws as of now; it has no time of its own, and takes none that would be before a consent. */
  #withdrawn(optOuts: readonly OptOut[]): ProvenConsent[] {
    const at = this.clock.now().toISOString();
    return optOuts.map(({ source, ...what }) => ({
      ...what,
      state: 'withdrawn',
      at,
      proof: { source },
    }));
  }

  #requests(
    line: ContactLine,
    { tenantId, options, rowRef, isTyped }: Reading,
  ): RegistrationRequest | RefusedLine {
    const { id, country: _, optOuts = [], ...details } = line;
    try {
      const { identities, stated } = registrableIdentities(details.identities, options);
      const request = { ...details, identities };
      // The content is part of it: a row that changed under its id is news, the same row is not.
      const content = JSON.stringify(optOuts.length === 0 ? request : { ...request, optOuts });
      const commandId = this.vault.factId(tenantId, 'contact-line', id, content);
      const consents = this.#withdrawn(optOuts);
      return {
        request: consents.length === 0 ? request : { ...request, consents },
        stated,
        commandId,
        rowRef,
        isTyped,
      };
    } catch (error) {
      if (!(error instanceof InvalidIdentity)) throw error;
      return refusedLine(`/identities/${error.kind}`, error.message);
    }
  }
}
