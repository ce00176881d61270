import { type DisclosedList, HOUR_MS } from '@tact/contracts';
import type { Clock } from '../config/clock.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { StreamAppend } from '../event-store/events.ts';
import { currentActor } from '../observability/context.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { memoryOfPersons } from '../stores/memory.ts';

/** Contacts of one hour that are remembered; beyond them some are written down again, which says nothing wrong. */
const REMEMBERED_MAX = 200_000;

/** A look is told again each time so many times more were shown: who reads all of a list in an hour is seen to. */
const REPORTED_AGAIN_FACTOR = 10;

/** What was shown of a list. */
export type ShownList = {
  readonly contactIds: readonly string[];
  /** How many of it, where they are no contacts. */
  readonly items: number;
};

/** What one actor was shown of one list in this hour. */
type Seen = {
  shown: number;
  /** How many the audit knows of; undefined: of no look at all. */
  reported: number | undefined;
  /** What is on its way to the disk. */
  writing: Promise<unknown>;
};

type Look = {
  readonly tenantId: string;
  readonly actor: string;
  readonly list: DisclosedList;
};

const isReported = ({ reported, shown }: Pick<Seen, 'reported' | 'shown'>): boolean =>
  reported !== undefined &&
  (reported === 0 ? shown === 0 : shown < reported * REPORTED_AGAIN_FACTOR);

/** An entry is `tenant actor list contact`. */
export const contactsShown = memoryOfPersons<true>({
  name: 'contacts shown in lists within the hour',
  holds: {
    en: 'Who was shown the person in which list within the hour.',
    fr: 'À qui la personne a été montrée, dans quelle liste, au cours de l’heure.',
  },
  part: 'contact',
  subjectOf: (key) => key.split(' ')[3],
});

/**
 * Who looked at which list. The audit has an entry an hour for each actor and list, with how many were shown; the ledger
 * of disclosures has whom, a row an hour for each actor and contact. Both are durable before the list is shown.
 */
export class ListLooks {
  readonly #store: Pick<EventStore, 'append' | 'appendIn' | 'transaction'>;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #shown = contactsShown.open({ max: REMEMBERED_MAX });
  readonly #seen = new Map<string, Seen>();
  #hour = 0;

  constructor(
    store: Pick<EventStore, 'append' | 'appendIn' | 'transaction'>,
    clock: Pick<Clock, 'nowMs'>,
  ) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Who sees nothing new within the hour waits for nothing. */
  async note(tenantId: string, list: DisclosedList, shown: ShownList): Promise<void> {
    const actor = currentActor();
    if (actor === undefined) return;
    this.#forgetHour();
    const key = `${tenantId} ${actor} ${list}`;
    const seen = this.#seen.get(key) ?? this.#begun(key);
    const fresh = shown.contactIds.filter((contactId) => !this.#shown.has(`${key} ${contactId}`));
    for (const contactId of fresh) this.#shown.set(`${key} ${contactId}`, true);
    seen.shown += fresh.length;
    // Of what is no contact nobody knows whether it was shown before: the most that was shown at once counts.
    if (shown.contactIds.length === 0) seen.shown = Math.max(seen.shown, shown.items);
    if (fresh.length === 0 && isReported(seen)) return void (await seen.writing);
    const count = isReported(seen) ? undefined : seen.shown;
    seen.reported = count ?? seen.reported;
    const writing = this.#write({ tenantId, actor, list }, fresh, count);
    seen.writing = Promise.all([seen.writing, writing]);
    // What could not be written down is asked for again, and nothing was shown.
    seen.writing.catch(() => this.#forget(key, fresh));
    await writing;
  }

  #forget(key: string, contactIds: readonly string[]): void {
    this.#seen.delete(key);
    for (const contactId of contactIds) this.#shown.delete(`${key} ${contactId}`);
  }

  #begun(key: string): Seen {
    const begun = {
      shown: 0,
      reported: undefined,
      writing: Promise.resolve(),
    };
    this.#seen.set(key, begun);
    return begun;
  }

  async #write(look: Look, fresh: readonly string[], count: number | undefined): Promise<void> {
    const appends = count === undefined ? [] : [eventOf(look, count)];
    const [alone] = appends;
    if (fresh.length === 0 && alone !== undefined) return void (await this.#store.append(alone));
    await this.#store.transaction(async (tx) => {
      await this.#enter(tx, look, fresh);
      if (appends.length > 0) await this.#store.appendIn(tx, appends);
    });
  }

  async #enter(tx: Queryable, look: Look, contactIds: readonly string[]): Promise<void> {
    const { tenantId, actor, list } = look;
    await tx.query(
      `INSERT INTO disclosures (tenant_id, contact_id, actor, list, hour)
       SELECT $1, contact_id, $3, $4, $5 FROM unnest($2::text[]) AS contact_id
       ON CONFLICT DO NOTHING`,
      // In one order, so that two looks at the same people do not wait for each other.
      [tenantId, contactIds.toSorted(), actor, list, new Date(this.#hour * HOUR_MS)],
      'enter_disclosures',
    );
  }

  #forgetHour(): void {
    const hour = Math.floor(this.#clock.nowMs() / HOUR_MS);
    if (hour === this.#hour) return;
    this.#hour = hour;
    this.#shown.clear();
    this.#seen.clear();
  }
}

const eventOf = ({ tenantId, list }: Look, shown: number): StreamAppend => ({
  stream: `disclosures-${tenantId}`,
  expected: 'any',
  events: [{ type: 'ListDisclosed', data: { list, shown } }],
  context: { tenantId, subject: tenantId },
});
