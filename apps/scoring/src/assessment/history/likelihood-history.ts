import type { Queryable } from '@tact/platform';
import type { Day } from '../assess-contacts.ts';
import { columnsOf } from '../locks.ts';
import type { ContactKey } from '../../facts/facts.ts';

/** A probability that moved by less is covered by the entry before. */
const STEP = 0.02;
const KEPT_DAYS = 400;

/**
 * Notes what rows say that were just written, where it differs from what was noted last: another band, another
 * model, or a probability that moved. One entry a contact and day, the last of the day. What was said on an earlier
 * day stays: a row of that day that a rebuild writes anew is told today. Of erased people nothing is noted.
 */
export const noteHistory = async (
  tx: Queryable,
  keys: readonly ContactKey[],
  today: Day,
): Promise<void> => {
  await tx.query(
    `INSERT INTO likelihood_history AS told
       (tenant_id, contact_id, day, probability, band, model_version, assessment)
     SELECT tenant_id, contact_id, greatest(now.as_of_day, $3::date, last.day), now.probability, now.band, now.model_version,
       now.assessment
     FROM block_likelihoods AS now
     JOIN unnest($1::text[], $2::text[]) AS asked (tenant_id, contact_id)
       USING (tenant_id, contact_id)
     LEFT JOIN LATERAL (
       SELECT day, probability, band, model_version FROM likelihood_history AS h
       WHERE h.tenant_id = now.tenant_id AND h.contact_id = now.contact_id
       ORDER BY day DESC LIMIT 1
     ) AS last ON true
     WHERE (last.band IS DISTINCT FROM now.band
         OR last.model_version IS DISTINCT FROM now.model_version
         OR abs(last.probability - now.probability) > ${STEP})
       AND NOT EXISTS (SELECT FROM left_out AS gone WHERE gone.fenced
         AND gone.tenant_id = now.tenant_id AND gone.contact_id = now.contact_id)
     ORDER BY tenant_id, contact_id
     ON CONFLICT (tenant_id, contact_id, day) DO UPDATE SET (probability, band, model_version,
       assessment) = (excluded.probability, excluded.band, excluded.model_version, excluded.assessment)`,
    [...columnsOf(keys), today],
    'note_history',
  );
};

/** Forgets what is older than decisions are asked about; the latest entry of a contact still stands for today. */
export const forgetHistory = async (queryable: Queryable, today: Day): Promise<void> => {
  await queryable.query(
    `DELETE FROM likelihood_history AS old
     WHERE day < $1::date - ${KEPT_DAYS} AND EXISTS (
       SELECT FROM likelihood_history AS h WHERE h.tenant_id = old.tenant_id
         AND h.contact_id = old.contact_id AND h.day > old.day)`,
    [today],
  );
};
