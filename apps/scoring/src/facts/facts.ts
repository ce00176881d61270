import { Injectable } from '@nestjs/common';
import { type SignalRecorded, isErased } from '@tact/contracts';
import { answersPerson, type SignalFact } from '@tact/domain';
import {
  type ConsumedEvent,
  Database,
  fromStoredBytes,
  type Queryable,
  toStoredBytes,
  Vault,
} from '@tact/platform';
import { mayBeKept } from '../exclusions/training-exclusions.ts';

/** Whose: a contact is known within its tenant only. */
export type ContactKey = { readonly tenantId: string; readonly contactId: string };

export const textOfKey = ({ tenantId, contactId }: ContactKey): string =>
  `${tenantId}/${contactId}`;

const factType = 'SignalRecorded';

/** A fact as it was recorded, its personal fields readable. */
export type OpenedSignal = ContactKey & {
  readonly eventId: string;
  readonly signal: SignalRecorded;
};

/** A signal as the log tells it; its personal fields are sealed. */
export type SignalEvent = ConsumedEvent<'SignalRecorded'>;

type Row = ContactKey & { readonly eventId: string; readonly data: Buffer };

export type FactsPage = { readonly before?: number | undefined; readonly limit: number };
/** `facts`: how many there are, those that cannot be read any more included. */
export type OpenedPage = {
  readonly facts: number;
  readonly signals: readonly OpenedSignal[];
  readonly next: number | undefined;
};

/** In event time, never in the order of receipt; the id settles what happened at one instant. */
const inEventTime = (signals: readonly OpenedSignal[]): OpenedSignal[] =>
  signals
    .map((signal) => ({ signal, at: Date.parse(signal.signal.occurredAt) }))
    .toSorted(
      (one, other) => one.at - other.at || (one.signal.eventId < other.signal.eventId ? -1 : 1),
    )
    .map(({ signal }) => signal);

const factOf = ({ signal }: OpenedSignal): SignalFact => ({
  kind: signal.kind,
  occurredAt: Date.parse(signal.occurredAt),
  messageRef: signal.messageRef,
  // A code that floods the tenant says nothing of one person: the message is censored like any other that failed.
  code: signal.effectSuspended === true ? undefined : signal.code,
  answersPerson: signal.messageCategory !== undefined && answersPerson[signal.messageCategory],
});

/**
 * The service's own copy of the facts, as they travelled: when something happened is sealed under the person's
 * key and read only while it is assessed or shown. Once the key is gone, a person has no facts.
 */
@Injectable()
export class Facts {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
  ) {}

  /** Keeps facts of who may be analysed, and names who has one that was not known before. */
  keep(tx: Queryable, events: readonly SignalEvent[]): Promise<ContactKey[]> {
    return tx.query<ContactKey>(
      `WITH kept AS (
       INSERT INTO facts (tenant_id, contact_id, event_id, data)
       SELECT told.tenant_id, told.contact_id, told.event_id, told.data FROM ROWS FROM (
         unnest($1::text[], $2::text[], $3::uuid[], $4::bytea[]))
         WITH ORDINALITY AS told (tenant_id, contact_id, event_id, data, nth)
       WHERE ${mayBeKept('told')}
       ORDER BY told.nth
       ON CONFLICT DO NOTHING RETURNING tenant_id, contact_id
       )
       SELECT DISTINCT tenant_id AS "tenantId", contact_id AS "contactId" FROM kept`,
      [
        events.map(({ tenantid }) => tenantid),
        events.map(({ data }) => data.contactId),
        events.map(({ id }) => id),
        events.map(({ data }) => toStoredBytes(factType, data.contactId, data)),
      ],
      'keep_facts',
    );
  }

  /**
   * All facts of many contacts in one query and one look into the vault, each contact's in event time. Who may not be
   * analysed has none, also where some were kept before that was known.
   */
  async of(
    keys: readonly ContactKey[],
    tx: Queryable = this.database.queryable,
  ): Promise<ReadonlyMap<string, readonly SignalFact[]>> {
    const byContact = new Map<string, readonly SignalFact[]>(
      keys.map((key) => [textOfKey(key), []]),
    );
    const opened = Map.groupBy(await this.#opened(keys, tx), textOfKey);
    for (const [key, signals] of opened) {
      byContact.set(key, inEventTime(signals).map(factOf));
    }
    return byContact;
  }

  /**
   * What was observed of one contact, latest received first: facts received before the place `before`, at most `limit`,
   * and where the next page begins. In the order of receipt, because when something happened is sealed: any other order would
   * open the whole history for a page of it. An erased person has no facts, and who objected shows none.
   */
  async page(
    { tenantId, contactId }: ContactKey,
    { before, limit }: FactsPage,
  ): Promise<OpenedPage> {
    const rows = await this.database.queryable.query<Row & { place: number }>(
      `SELECT tenant_id AS "tenantId", contact_id AS "contactId", event_id AS "eventId", data,
         position AS place
       FROM facts WHERE tenant_id = $1 AND contact_id = $2 AND position < $3 AND ${mayBeKept('facts')}
       ORDER BY position DESC LIMIT $4`,
      [tenantId, contactId, before ?? Number.MAX_SAFE_INTEGER, limit + 1],
      'page_of_facts',
    );
    const page = rows.slice(0, limit);
    const next = rows.length > limit ? page.at(-1)?.place : undefined;
    return { facts: page.length, signals: await this.#open(page), next };
  }

  async #opened(keys: readonly ContactKey[], tx: Queryable): Promise<OpenedSignal[]> {
    const rows = await tx.query<Row>(
      `SELECT tenant_id AS "tenantId", contact_id AS "contactId", event_id AS "eventId", data
       FROM facts
       JOIN unnest($1::text[], $2::text[]) AS asked (tenant_id, contact_id)
         USING (tenant_id, contact_id)
       WHERE ${mayBeKept('asked')}`,
      [keys.map(({ tenantId }) => tenantId), keys.map(({ contactId }) => contactId)],
      'facts_of_contacts',
    );
    return this.#open(rows);
  }

  async #open(rows: readonly Row[]): Promise<OpenedSignal[]> {
    const opened = await this.vault.sealer.open(
      rows.map(({ tenantId, contactId, eventId, data }) => ({
        id: eventId,
        type: factType,
        subject: contactId,
        tenantId,
        data: fromStoredBytes(data, contactId),
      })),
    );
    return rows.flatMap(({ tenantId, contactId, eventId }, nth) => {
      const signal = opened[nth] as SignalRecorded;
      return isErased(signal.occurredAt) ? [] : [{ tenantId, contactId, eventId, signal }];
    });
  }
}
