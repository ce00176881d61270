/** The last count of each tenant, as it is published for an hour. */
export const aggregatesSchema = `
CREATE TABLE likelihood_aggregates (
  tenant_id text COLLATE "C" PRIMARY KEY,
  counted_at timestamptz(3) NOT NULL,
  told json NOT NULL
);
`;

/**
 * Who writes a row enters what that changes, in the same transaction; a cell is the sum of its entries. Entries are
 * added and never changed: a counter would make every writer of a tenant wait for the others.
 */
export const cellsSchema = `
ALTER TABLE block_likelihoods ADD COLUMN leading_cause text COLLATE "C" NOT NULL DEFAULT 'blocked';
UPDATE block_likelihoods AS row SET leading_cause = coalesce((
  SELECT key FROM json_each_text(row.assessment->'causes') WITH ORDINALITY AS cause (key, value, nth)
  ORDER BY value::double precision DESC, nth LIMIT 1), 'blocked');
ALTER TABLE block_likelihoods ALTER COLUMN leading_cause DROP DEFAULT;
CREATE TABLE likelihood_cells (
  tenant_id text COLLATE "C" NOT NULL,
  band text COLLATE "C" NOT NULL,
  cause text COLLATE "C" NOT NULL,
  contacts integer NOT NULL
);
CREATE INDEX likelihood_cells_tenant ON likelihood_cells (tenant_id);
INSERT INTO likelihood_cells
SELECT tenant_id, band, leading_cause, count(*) FROM block_likelihoods AS row
WHERE NOT EXISTS (SELECT FROM left_out AS gone WHERE gone.tenant_id = row.tenant_id
  AND gone.contact_id = row.contact_id
  AND (gone.fenced OR gone.withdrawn_at >= coalesce(gone.given_at, gone.withdrawn_at)
    OR gone.suppressed_at >= coalesce(greatest(gone.lifted_at, gone.given_at), gone.suppressed_at)))
GROUP BY 1, 2, 3;
`;
