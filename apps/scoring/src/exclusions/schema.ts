/** Who is in no fit: each word by the time of its own act, so that the order of receipt changes nothing. */
export const exclusionsSchema = `
CREATE TABLE left_out (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  withdrawn_at timestamptz,
  given_at timestamptz,
  suppressed_at timestamptz,
  lifted_at timestamptz,
  fenced boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant_id, contact_id)
);
`;

/**
 * Earlier versions took a word that lets us write again for one that lets us analyse again, and kept scores of who had
 * objected. Such a lift opens nothing any more, and the scores go; the cells are counted anew from the rows that stay.
 */
export const objectorsForgotten = `
UPDATE left_out SET lifted_at = NULL WHERE lifted_at IS NOT NULL;
CREATE TEMPORARY TABLE gone ON COMMIT DROP AS
SELECT tenant_id, contact_id FROM left_out
WHERE fenced OR withdrawn_at >= coalesce(given_at, withdrawn_at) OR suppressed_at IS NOT NULL;
${['block_likelihoods', 'likelihood_history', 'announced_likelihoods', 'due_assessments']
  .map(
    (table) => `DELETE FROM ${table} AS kept USING gone
WHERE kept.tenant_id = gone.tenant_id AND kept.contact_id = gone.contact_id;`,
  )
  .join('\n')}
DELETE FROM likelihood_cells;
INSERT INTO likelihood_cells (tenant_id, band, cause, contacts)
SELECT tenant_id, band, leading_cause, count(*) FROM block_likelihoods GROUP BY 1, 2, 3;
`;

/** Of an objection the end of its hour is kept, and no instant. */
export const objectionsByHour = `
UPDATE left_out SET suppressed_at = date_trunc('hour', suppressed_at + interval '1 hour' - interval '1 microsecond', 'UTC');
`;
