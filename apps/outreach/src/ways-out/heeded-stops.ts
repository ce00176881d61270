import { Injectable } from '@nestjs/common';
import { type Channel, HOUR_MS, type Purpose } from '@tact/contracts';
import { consentKey, type ContactPolicyState, hasLeft } from '@tact/domain';
import { Database, type Queryable, Vault } from '@tact/platform';
import { StoppedAddresses } from '../addresses/stopped-addresses.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';

type Mails = {
  readonly tenantId: string;
  /** What stands for the address. */
  readonly address: string;
  readonly purpose: Purpose;
};

type MailsTo = Mails & { readonly contactId: string };

const isLeft = (
  { consents, suppressions }: ContactPolicyState,
  purpose: Purpose,
  channel: Channel,
): boolean => hasLeft(consents[consentKey(purpose, channel)] ?? {}, suppressions, channel);

/**
 * Whether a stop at an address binds a contact who has it: until the ledger has heard of it and, from then on, as the ledger
 * says, for only the person's own word reopens. `stoppedAt` is the end of its hour.
 */
const isBoundBy = (stoppedAt: Date, state: ContactPolicyState, purpose: Purpose): boolean => {
  if (isLeft(state, purpose, 'email')) return true;
  const known = state.consents[consentKey(purpose, 'email')];
  const hourMs = stoppedAt.getTime() - HOUR_MS;
  const isRecorded = Date.parse(known?.leftAt ?? '') > hourMs;
  const leftAt = stoppedAt.toISOString();
  return !isRecorded && hasLeft({ ...known, leftAt }, state.suppressions, 'email');
};

/** What stopped addresses say of those who have them. */
@Injectable()
export class HeededStops {
  constructor(
    private readonly stopped: StoppedAddresses,
    private readonly policies: ContactPolicies,
    private readonly vault: Vault,
    private readonly database: Database,
  ) {}

  /** Whether mails of a purpose are stopped at a contact's address, by whoever read it. */
  async bind(tx: Queryable, { tenantId, contactId, address: ref, purpose }: MailsTo) {
    const at = await this.stopped.stoppedAt(tx, { tenantId, ref, purpose });
    return at !== undefined && isBoundBy(at, await this.policies.stateIn(tx, contactId), purpose);
  }

  /** The same before anything is written. */
  areStopped(mails: MailsTo): Promise<boolean> {
    return this.bind(this.database.queryable, mails);
  }

  /**
   * Whether what a link stops is stopped: at the address, for all who have it, and for the contact it was meant for by the
   * contact's own ledger. Whoever was erased gets nothing.
   */
  async isAllStopped(link: MailsTo & { readonly channel: Channel }): Promise<boolean> {
    const { tenantId, contactId, address: ref, purpose, channel } = link;
    const { queryable } = this.database;
    const at = await this.stopped.stoppedAt(queryable, { tenantId, ref, purpose });
    if (at === undefined) return false;
    const own = await this.#stateOf(tenantId, contactId);
    if (own !== undefined && !isLeft(own, purpose, channel)) return false;
    for (const holder of await this.stopped.holdersOf(queryable, tenantId, ref)) {
      const state = await this.#stateOf(tenantId, holder);
      if (state !== undefined && !isBoundBy(at, state, purpose)) return false;
    }
    return true;
  }

  /** Undefined for whoever was erased. */
  async #stateOf(tenantId: string, contactId: string): Promise<ContactPolicyState | undefined> {
    if (!(await this.vault.knows(tenantId, contactId))) return undefined;
    return (await this.policies.of(tenantId, contactId)).state;
  }
}
