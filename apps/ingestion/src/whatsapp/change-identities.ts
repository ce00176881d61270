import { Injectable } from '@nestjs/common';
import { HOUR_MS, type Identities } from '@tact/contracts';
import {
  EventStore,
  type Queryable,
  type StreamAppend,
  SubjectErased,
  Vault,
} from '@tact/platform';
import { ConsentGate } from '../consent-gate/consent-gate.ts';
import { signalAppend } from '../signals/record-facts.ts';
import { JoinIdentities } from './join-identities.ts';
import type { IdentityChange } from './reading/parts.ts';

/** Why a change of identity had no effect. */
export type ChangeWithoutEffect = 'contact-unknown' | 'consent-missing';

/** Whose identities change, and whose the new ones are already. */
type Owned = {
  readonly tenantId: string;
  readonly contactId: string;
  readonly other: string | undefined;
  readonly isAnalysed: boolean;
  /** Nobody has the old ones: the contact is known by the new ones alone. */
  readonly isNew: boolean;
};

/**
 * The provider says that a person goes on under another number or id. The person stays one contact, so consents,
 * refusals and caps hold on; the score does not: the model begins anew at a change of number. The old number
 * is theirs for what happened before, in whatever order it is told; the next one to have it is somebody else.
 */
@Injectable()
export class ChangeIdentities {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly gate: ConsentGate,
    private readonly joining: JoinIdentities,
  ) {}

  /** One by one, in order; gives the reasons of those without effect. Repeating a change changes nothing. */
  async change(
    tenantId: string,
    changes: readonly IdentityChange[],
  ): Promise<ChangeWithoutEffect[]> {
    const without: ChangeWithoutEffect[] = [];
    for (const change of changes) {
      const reason = await this.#changeOne(tenantId, change).catch((error: unknown) => {
        // Who is erased meanwhile is a stranger, and the rest of the webhook is not theirs.
        if (!(error instanceof SubjectErased)) throw error;
        return this.#followStranger(tenantId, change);
      });
      if (reason !== undefined) without.push(reason);
    }
    return without;
  }

  async #changeOne(
    tenantId: string,
    change: IdentityChange,
  ): Promise<ChangeWithoutEffect | undefined> {
    const [before, after] = await this.#ownersOf(tenantId, change);
    const contactId = before ?? after;
    if (contactId === undefined) return this.#followStranger(tenantId, change);
    const [admission] = await this.gate.admitContacts(tenantId, [contactId]);
    const isAnalysed = typeof admission === 'object';
    const other = after === contactId ? undefined : after;
    const owned = { tenantId, contactId, other, isAnalysed, isNew: before === undefined };
    const areOthers = await this.store.transaction(async (tx) => {
      await this.joining.strangers.shareLock(tx, tenantId);
      // Until the end of this nobody is merged or split; whoever was since the first look is somebody else by now.
      const now = await this.#ownersOf(tenantId, change);
      if (now[0] !== before || now[1] !== after) return true;
      await this.#changeIn(tx, owned, change);
      return false;
    });
    if (areOthers) return this.#changeOne(tenantId, change);
    return isAnalysed ? undefined : (admission ?? 'contact-unknown');
  }

  async #changeIn(tx: Queryable, owned: Owned, change: IdentityChange): Promise<void> {
    const { tenantId, contactId, other } = owned;
    // First, because its id is one in the whole store. WhatsApp repeats itself for days: a copy waits here for the
    // other and then leaves all as it is, also where the old number is by now somebody's who never changed anything.
    const first = owned.isAnalysed
      ? this.#signalOf(tenantId, contactId, change)
      : this.#linkOf(owned, change);
    const [appended] = await this.store.appendIn(tx, [first]);
    if (appended?.duplicate !== false) return;
    await this.joining.strangers.follow(tx, tenantId, change);
    const links = other === undefined ? [] : linkAppends(tenantId, { contactId, other }, change);
    if (other !== undefined) await this.joining.link(tx, tenantId, { contactId, later: other });
    await this.#leave(tx, { tenantId, contactId }, change);
    const subject = other ?? contactId;
    const joined = await this.joining.join(tx, { tenantId, subject }, change.current);
    // What the person left may be what a row of another claims.
    await this.joining.changed(tx, { tenantId, subject: contactId });
    // Of who is not analysed the first said that already.
    const isFirst = ({ stream, events: [event] }: StreamAppend) =>
      stream === first.stream && event?.type === first.events[0]?.type;
    const appends = [...links, ...joined].filter((one) => !isFirst(one));
    const events = appends.map((one, nth) => this.#withId(tenantId, change, [one, nth]));
    if (events.length > 0) await this.store.appendIn(tx, events);
    if (owned.isNew) await this.#bind(tx, { tenantId, contactId }, change.current);
  }

  /** The former owner of the old identities, and whoever has the new ones at present. */
  #ownersOf(
    tenantId: string,
    { previous, current, occurredAt }: IdentityChange,
  ): Promise<(string | undefined)[]> {
    return this.vault.resolveMany(tenantId, [previous, current], { at: [occurredAt] });
  }

  /** What a stranger asked of us under the old number is asked under the new one, also of whoever has that by now. */
  async #followStranger(tenantId: string, change: IdentityChange): Promise<ChangeWithoutEffect> {
    await this.store.transaction(async (tx) => {
      await this.joining.strangers.lock(tx, tenantId);
      await this.joining.strangers.follow(tx, tenantId, change);
      const at = [change.occurredAt];
      const [contactId] = await this.vault.resolveMany(tenantId, [change.current], { at });
      if (contactId !== undefined) await this.#bind(tx, { tenantId, contactId }, change.current);
    });
    return 'contact-unknown';
  }

  async #bind(
    tx: Queryable,
    { tenantId, contactId }: { readonly tenantId: string; readonly contactId: string },
    identities: Identities,
  ): Promise<void> {
    const wishes = await this.joining.strangers.appendsOf(tx, tenantId, [
      { contactId, identities },
    ]);
    if (wishes.length > 0) await this.store.appendIn(tx, wishes);
  }

  /**
   * Of who is not analysed nothing is observed, yet a refusal goes where the person goes: that the identities are theirs is
   * told under the id that the observation would have.
   */
  #linkOf(
    { tenantId, contactId, other }: Pick<Owned, 'tenantId' | 'contactId' | 'other'>,
    change: IdentityChange,
  ): StreamAppend {
    const id = this.#idOf(tenantId, change, 'signal');
    const [link] = other === undefined ? [] : linkAppends(tenantId, { contactId, other }, change);
    const [linked] = link?.events ?? [];
    const data = { contactId, identities: change.current };
    return {
      stream: `contact-${contactId}`,
      expected: 'any',
      events: [linked === undefined ? { id, type: 'ContactUpdated', data } : { ...linked, id }],
      context: { tenantId, subject: contactId },
    };
  }

  /** From here on another story is told: what was observed before is held neither for nor against the person. */
  #signalOf(tenantId: string, contactId: string, change: IdentityChange): StreamAppend {
    const occurredAt = new Date(change.occurredAt).toISOString();
    return signalAppend({
      tenantId,
      contactId,
      eventId: this.#idOf(tenantId, change, 'signal'),
      signal: { kind: 'number-changed', occurredAt, origin: 'whatsapp-webhook' },
    });
  }

  /**
   * A number that was left is theirs for what happened before, and nobody's until somebody else has it. WhatsApp draws new
   * ids for a new number, so those of the old one end with it.
   */
  async #leave(
    tx: Queryable,
    { tenantId, contactId }: { tenantId: string; contactId: string },
    { previous: { phone }, current, occurredAt }: IdentityChange,
  ): Promise<void> {
    if (phone === undefined || current.phone === undefined) return;
    // To the hour, for an exact instant would lead back to the person.
    const until = new Date(Math.ceil(occurredAt / HOUR_MS) * HOUR_MS);
    const replaced = { kind: 'bsuid', by: current } as const;
    const ending = { identities: { phone }, replaced, until };
    await this.vault.endIdentities(tx, { tenantId, subject: contactId }, ending);
  }

  #withId(
    tenantId: string,
    change: IdentityChange,
    [append, nth]: readonly [StreamAppend, number],
  ): StreamAppend {
    const [event] = append.events;
    if (event === undefined || event.id !== undefined) return append;
    const id = this.#idOf(tenantId, change, `${event.type}/${nth}`);
    return { ...append, events: [{ ...event, id }] };
  }

  #idOf(tenantId: string, { factKey }: IdentityChange, what: string): string {
    return this.vault.factId(tenantId, 'identity-change', ...factKey, what);
  }
}

/** Both are known already as two contacts: they are linked and never merged, because nobody can unmix two people. */
const linkAppends = (
  tenantId: string,
  { contactId, other }: { readonly contactId: string; readonly other: string },
  { because, occurredAt }: IdentityChange,
): StreamAppend[] => {
  const at = new Date(occurredAt).toISOString();
  const link = (from: string, to: string, direction: 'previous' | 'next'): StreamAppend => ({
    stream: `contact-${from}`,
    expected: 'any',
    events: [
      {
        type: 'ContactLinked',
        time: at,
        data: { contactId: from, otherContactId: to, direction, because, occurredAt: at },
      },
    ],
    context: { tenantId, subject: from },
  });
  return [link(contactId, other, 'next'), link(other, contactId, 'previous')];
};
