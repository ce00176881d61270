import { setImmediate as breathe } from 'node:timers/promises';
import type { Queryable } from '@tact/platform';
import { type Day, assess } from './assess-contacts.ts';
import { type ContactKey, type Facts, textOfKey } from '../facts/facts.ts';
import { columnsOf } from './locks.ts';
import { isCounted, leadingCauseOf } from './aggregates/cells.ts';
import { storedAssessment } from './stored-assessment.ts';
import { knowledgeOf } from './tenant-knowledge.ts';

export type DatedKey = ContactKey & { readonly day: Day };

/** Assessments between two pauses: the heartbeat of the consumer must not wait for a large batch. */
const ASSESSED_AT_ONCE = 16;

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

type ReassessOptions = {
  readonly facts: Facts;
  readonly signal?: AbortSignal | undefined;
  /** The rows are built beside the live ones, and count nowhere yet. */
  readonly isShadow?: boolean;
};

/**
 * Rows as they will be, but for who may not be analysed any more; and what the cells differ by then, entered unless
 * the rows count nowhere.
 */
const writeRows = `
WITH built AS (
  SELECT * FROM json_to_recordset($1::json) AS built (tenant_id text, contact_id text,
    probability double precision, band text, as_of_day date, as_of timestamptz, facts integer,
    ages boolean, model_version text, assessment bytea, leading_cause text)
), counted AS (
  SELECT tenant_id, contact_id, band, leading_cause FROM built WHERE $2 AND ${isCounted('built')}
), entered AS (
  INSERT INTO likelihood_cells (tenant_id, band, cause, contacts)
  SELECT tenant_id, band, leading_cause, sum(contacts) FROM (
    SELECT tenant_id, band, leading_cause, 1 AS contacts FROM counted
    UNION ALL
    SELECT tenant_id, row.band, row.leading_cause, -1 FROM block_likelihoods AS row
    JOIN counted USING (tenant_id, contact_id)) AS moved
  GROUP BY 1, 2, 3 HAVING sum(contacts) <> 0
)
INSERT INTO block_likelihoods (tenant_id, contact_id, probability, band, as_of_day, as_of, facts,
  ages, model_version, assessment, leading_cause)
SELECT * FROM built WHERE ${isCounted('built')}
ON CONFLICT (tenant_id, contact_id) DO UPDATE SET (probability, band, as_of_day, as_of, facts,
  ages, model_version, assessment, leading_cause) = (excluded.probability, excluded.band,
  excluded.as_of_day, excluded.as_of, excluded.facts, excluded.ages, excluded.model_version,
  excluded.assessment, excluded.leading_cause)`;

/** Rows from facts: the one way a block likelihood is written, by the consumer, by ageing, by a rebuild. */
export const reassess = async (
  tx: Queryable,
  keys: readonly DatedKey[],
  { facts: kept, signal, isShadow = false }: ReassessOptions,
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
      assessment: `\\x${storedAssessment.to(assessment).toString('hex')}`,
      leading_cause: leadingCauseOf(assessment.causes),
    });
  }
  await tx.query(writeRows, [JSON.stringify(rows), !isShadow], 'write_likelihoods');
};
