import { setImmediate as breathe } from 'node:timers/promises';
import { ADVISORY_CLASS, type Queryable } from '@tact/platform';
import { type Day, assess } from './assess-contacts.ts';
import { type ContactKey, type Facts, textOfKey } from '../facts/facts.ts';
import { knowledgeOf } from './tenant-knowledge.ts';

export type DatedKey = ContactKey & { readonly day: Day };

/** Assessments between two pauses: the heartbeat of the consumer must not wait for a large batch. */
const ASSESSED_AT_ONCE = 16;

/** Keys as two columns, for `unnest`. */
export const columnsOf = (keys: readonly ContactKey[]) => [
  keys.map(({ tenantId }) => tenantId),
  keys.map(({ contactId }) => contactId),
];

/** Writers of rows share this lock; the swap of a rebuild holds it alone. It ends with the transaction. */
export const lockProjection = async (tx: Queryable, mode: 'shared' | 'alone'): Promise<void> => {
  const lock = mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  const text = `SELECT ${lock}(${ADVISORY_CLASS}, hashtext('scoring block-likelihood'))`;
  await tx.query(text, [], `lock_projection_${mode}`);
};

/** Names the locks of contacts among all advisory locks; their keys are `contactHash`, in SQL. */
export const CONTACT_CLASS = ADVISORY_CLASS + 1;
export const contactHash = `hashtext(tenant_id || '/' || contact_id)`;

/**
 * From here to the end of the transaction nobody else assesses these contacts: who read the facts earlier must not
 * write later. Also of contacts that have no row yet; in an order that cannot deadlock.
 */
export const lockContacts = async (tx: Queryable, keys: readonly ContactKey[]): Promise<void> => {
  await tx.query(
    `SELECT pg_advisory_xact_lock(${CONTACT_CLASS}, hash) FROM (
       SELECT DISTINCT ${contactHash} AS hash
       FROM unnest($1::text[], $2::text[]) AS asked (tenant_id, contact_id) ORDER BY hash) AS hashes`,
    columnsOf(keys),
    'lock_contacts',
  );
};

/** Keeps other writers from the rows of these contacts, in an order that cannot deadlock; gives their days. */
export const lockRows = async (
  tx: Queryable,
  keys: readonly ContactKey[],
): Promise<ReadonlyMap<string, Day>> => {
  const rows = await tx.query<ContactKey & { day: Day }>(
    `SELECT tenant_id AS "tenantId", contact_id AS "contactId", as_of_day::text AS day
     FROM block_likelihoods
     JOIN unnest($1::text[], $2::text[]) AS asked (tenant_id, contact_id) USING (tenant_id, contact_id)
     ORDER BY tenant_id, contact_id FOR UPDATE OF block_likelihoods`,
    columnsOf(keys),
    'lock_likelihoods',
  );
  return new Map(rows.map((row) => [textOfKey(row), row.day]));
};

/** Rows from facts: the one way a block likelihood is written, by the consumer, by ageing, by a rebuild. */
export const reassess = async (
  tx: Queryable,
  keys: readonly DatedKey[],
  { facts: kept, signal }: { readonly facts: Facts; readonly signal?: AbortSignal | undefined },
): Promise<void> => {
  if (keys.length === 0) return;
  const factsByContact = await kept.of(keys, tx);
  const known = await knowledgeOf(tx, keys);
  const rows = [];
  for (const [nth, key] of keys.entries()) {
    if (nth % ASSESSED_AT_ONCE === ASSESSED_AT_ONCE - 1) await breathe();
    signal?.throwIfAborted();
    const facts = factsByContact.get(textOfKey(key)) ?? [];
    const { assessment, at, ages } = assess(facts, key.day, known(key.tenantId));
    rows.push({
      tenant_id: key.tenantId,
      contact_id: key.contactId,
      probability: assessment.probability,
      band: assessment.band,
      as_of_day: key.day,
      as_of: at,
      facts: facts.length,
      ages,
      model_version: assessment.modelVersion,
      assessment,
    });
  }
  await tx.query(
    `INSERT INTO block_likelihoods
     SELECT * FROM json_to_recordset($1::json) AS built (tenant_id text, contact_id text,
       probability double precision, band text, as_of_day date, as_of timestamptz, facts integer,
       ages boolean, model_version text, assessment json)
     ON CONFLICT (tenant_id, contact_id) DO UPDATE SET (probability, band, as_of_day, as_of, facts,
       ages, model_version, assessment) = (excluded.probability, excluded.band, excluded.as_of_day,
       excluded.as_of, excluded.facts, excluded.ages, excluded.model_version, excluded.assessment)`,
    [JSON.stringify(rows)],
    'write_likelihoods',
  );
};
