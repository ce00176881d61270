import { Injectable } from '@nestjs/common';
import type { Channel, PageLanguage, Purpose, Reason } from '@tact/contracts';
import { reasonsAgainstAsking } from '@tact/domain';
import { Clock } from '@tact/platform';
import { MissedSources } from '../decisions/missed-sources.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { Addressees } from '../languages/addressees.ts';
import { withdrawnOf } from './may-be-asked.ts';

type Person = {
  readonly contactId: string;
  /** What stands against asking. */
  readonly against: readonly Reason[];
  readonly nextAllowedAt: Date | undefined;
  readonly withdrawn: string;
};

/** One plain address, as a mail can carry it. */
const sendable = /^[^\s<>(),;:"\\@]+@[^\s<>(),;:"\\@]+$/;

/** Who is asked, where, and what stands against it. */
@Injectable()
export class AskedPeople {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly addressees: Addressees,
    private readonly missed: MissedSources,
    private readonly clock: Clock,
  ) {}

  /** 404 as for a command, and 423 where the use of what is known is restricted. */
  async of(
    tenantId: string,
    named: string,
    about: { readonly purpose: Purpose; readonly channel: Channel },
  ): Promise<Person> {
    const missed = await this.missed.of(tenantId, named);
    const { contactId, state } = await this.policies.of(tenantId, named);
    await this.addressees.restricted.assertFree(tenantId, contactId);
    const { reasons, nextAllowedAt } = reasonsAgainstAsking(
      { ...about, now: this.clock.now() },
      state,
    );
    const isMissed = missed.length > 0;
    return {
      contactId,
      against: isMissed ? ['policy-unknown', ...reasons] : reasons,
      nextAllowedAt: isMissed || nextAllowedAt === undefined ? undefined : new Date(nextAllowedAt),
      withdrawn: withdrawnOf(state, about),
    };
  }

  /** What the mail is written in; the text it leads to stays as it was registered. */
  languageOf(tenantId: string, contactId: string): Promise<PageLanguage> {
    return this.addressees.languages.of(tenantId, contactId);
  }

  /** The address on file; one that the caller named the contact by is on file too. */
  async emailOf(
    tenantId: string,
    contactId: string,
    named: string | undefined,
  ): Promise<string | undefined> {
    const onFile = await this.addressees.cards.emailOf(tenantId, contactId);
    const email = onFile ?? (await this.#named(tenantId, contactId, named));
    return email !== undefined && sendable.test(email) ? email : undefined;
  }

  async #named(
    tenantId: string,
    contactId: string,
    named: string | undefined,
  ): Promise<string | undefined> {
    if (named === undefined) return undefined;
    const isHers = await this.addressees.cards.isNamedBy(tenantId, contactId, named);
    return isHers ? named.trim() : undefined;
  }
}
