import type { SignalKind, SignalRecorded } from '@tact/contracts';
import type { SignalFact } from '@tact/domain';
import type { ConsumedEvent, Queryable } from '@tact/platform';

/** Whose: a contact is known within its tenant only. */
export type ContactKey = { readonly tenantId: string; readonly contactId: string };

export const textOfKey = ({ tenantId, contactId }: ContactKey): string =>
  `${tenantId}/${contactId}`;

type Row = ContactKey & {
  readonly kind: SignalKind;
  readonly occurredAt: number;
  readonly messageRef: string | null;
  readonly code: number | null;
};

/** A row of `signals`: all of the fact but who observed it, which no assessment needs. */
const signalRow = ({ id, tenantid, data }: ConsumedEvent) => {
  const signal = data as SignalRecorded;
  return {
    tenant_id: tenantid,
    contact_id: signal.contactId,
    occurred_at: signal.occurredAt,
    event_id: id,
    kind: signal.kind,
    origin: signal.origin,
    message_ref: signal.messageRef,
    sender: signal.sender,
    code: signal.code,
    message_category: signal.messageCategory,
    inbound_type: signal.inboundType,
  };
};

/** Keeps the facts, and names who has one that was not known before. */
export const keepSignals = (
  tx: Queryable,
  events: readonly ConsumedEvent[],
): Promise<ContactKey[]> =>
  tx.query<ContactKey>(
    `WITH kept AS (
     INSERT INTO signals (tenant_id, contact_id, occurred_at, event_id, kind, origin, message_ref,
       sender, code, message_category, inbound_type)
     SELECT * FROM json_to_recordset($1::json) AS fact (tenant_id text, contact_id text,
       occurred_at timestamptz, event_id uuid, kind text, origin text, message_ref text, sender text,
       code integer, message_category text, inbound_type text)
     ON CONFLICT DO NOTHING RETURNING tenant_id, contact_id
     )
     SELECT DISTINCT tenant_id AS "tenantId", contact_id AS "contactId" FROM kept`,
    [JSON.stringify(events.map(signalRow))],
  );

/** All facts of many contacts in one query, each contact's in the order of event time: never of receipt. */
export const factsOf = async (
  queryable: Queryable,
  keys: readonly ContactKey[],
): Promise<ReadonlyMap<string, readonly SignalFact[]>> => {
  const rows = await queryable.query<Row>(
    `SELECT tenant_id AS "tenantId", contact_id AS "contactId", kind, code,
       message_ref AS "messageRef", (extract(epoch FROM occurred_at) * 1000)::bigint AS "occurredAt"
     FROM signals
     JOIN unnest($1::text[], $2::text[]) AS asked (tenant_id, contact_id)
       USING (tenant_id, contact_id)
     ORDER BY tenant_id, contact_id, occurred_at, event_id`,
    [keys.map(({ tenantId }) => tenantId), keys.map(({ contactId }) => contactId)],
  );
  const byContact = new Map<string, SignalFact[]>(keys.map((key) => [textOfKey(key), []]));
  for (const row of rows) {
    const { kind, occurredAt } = row;
    const [messageRef, code] = [row.messageRef ?? undefined, row.code ?? undefined];
    byContact.get(textOfKey(row))?.push({ kind, occurredAt, messageRef, code });
  }
  return byContact;
};
