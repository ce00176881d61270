import { Injectable } from '@nestjs/common';
import { DAY_MS, HOUR_MS, type Identities, type SignalRecorded } from '@tact/contracts';
import { showsLeaving, showsNone } from '@tact/domain';
import { Clock, EventStore, passingStream, type StreamAppend, Vault } from '@tact/platform';
import { CountableContacts } from './countable-contacts.ts';

/** A signal of somebody who may not be analysed: nothing of it is kept but what the pressure cap needs. */
export type Unanalysed = {
  readonly who: Identities | { readonly contactId: string };
  readonly signal: Pick<SignalRecorded, 'kind' | 'messageRef' | 'messageCategory' | 'backfill'> & {
    /** RFC 3339 UTC. */
    readonly occurredAt: string;
  };
};

/** The cap looks back a rolling day and a calendar day: what is older than two need not be known. */
const KEPT_MS = 2 * DAY_MS;

/** Messages of which nothing is kept any more: those that left in an hour before this instant. */
export const countedFrom = (now: Date): Date => new Date(now.getTime() - KEPT_MS);

type Sending = Unanalysed & { readonly signal: { readonly messageRef: string } };

/**
 * A message of ours that was seen leaving is counted whether or not the person agreed to be analysed: the cap protects
 * whoever gets messages (GDPR Art. 6(1)(f), 21). Of who did not agree, the hour and the category are kept, for 48 hours.
 */
@Injectable()
export class CountMessages {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly contacts: CountableContacts,
    private readonly clock: Clock,
  ) {}

  /** Durable when it resolves. Telling of a message again, or of its next status, changes nothing. */
  async count(tenantId: string, signals: readonly Unanalysed[]): Promise<void> {
    const now = this.clock.now();
    const sendings = signals.filter(
      (one): one is Sending =>
        (showsLeaving(one.signal) || showsNone(one.signal)) &&
        hourOf(one.signal.occurredAt, now) > countedFrom(now).getTime(),
    );
    if (sendings.length === 0) return;
    const contactIds = await this.contacts.of(
      tenantId,
      sendings.map(({ who, signal }) => ({ who, at: signal.occurredAt })),
    );
    const appends = sendings.flatMap((sending, nth): StreamAppend[] => {
      const contactId = contactIds[nth];
      if (contactId === undefined) return [];
      return [this.#appendOf(tenantId, contactId, { ...sending, now })];
    });
    await Promise.all(appends.map((append) => this.store.append(append)));
  }

  #appendOf(
    tenantId: string,
    contactId: string,
    { signal, now }: Sending & { readonly now: Date },
  ): StreamAppend {
    const { messageRef, messageCategory, occurredAt } = signal;
    const countId = this.vault.countId(tenantId, messageRef);
    const isNone = showsNone(signal);
    const id = isNone ? this.vault.factId('none', countId) : countId;
    const hour = new Date(hourOf(occurredAt, now)).toISOString();
    const category = messageCategory === undefined ? {} : { messageCategory };
    const data = { contactId, hour, ...category, ...(isNone ? { isNone } : {}) };
    return {
      // Of no person, because the names of streams stay; several, because appends to one wait for each other.
      stream: passingStream(`messages-${tenantId}-${id.charAt(0)}`),
      expected: 'any',
      events: [{ type: 'MessageCounted', id, time: hour, data }],
      context: { tenantId, subject: contactId, ...(isNone ? { causationId: countId } : {}) },
    };
  }
}

/** The beginning of the hour, in milliseconds since the epoch. What is dated ahead left by now at the latest. */
const hourOf = (occurredAt: string, now: Date): number => {
  const at = Math.min(Date.parse(occurredAt), now.getTime());
  return at - (at % HOUR_MS);
};
