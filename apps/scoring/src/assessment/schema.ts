/**
 * A row is a pure function of the contact's facts, the day and the model: nothing of the order or the
 * time of receipt is in it, so that a rebuild gives the same bytes. `assessment` is json, not jsonb:
 * it is written once and read whole.
 */
export const blockLikelihoodsSchema = `
CREATE TABLE block_likelihoods (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  probability double precision NOT NULL,
  band text COLLATE "C" NOT NULL,
  as_of_day date NOT NULL,
  as_of timestamptz(3) NOT NULL,
  facts integer NOT NULL,
  ages boolean NOT NULL,
  model_version text COLLATE "C" NOT NULL,
  assessment json NOT NULL,
  PRIMARY KEY (tenant_id, contact_id)
) WITH (fillfactor = 80);
CREATE INDEX ON block_likelihoods (tenant_id, probability DESC, contact_id);
CREATE INDEX ON block_likelihoods (tenant_id, band, probability DESC, contact_id);
CREATE INDEX ON block_likelihoods (as_of_day) WHERE ages;
`;

/** A row of an earlier version holds the text itself, a row of this one the same in a tenth of its bytes. */
export const deflatedAssessmentsSchema = ['block_likelihoods', 'likelihood_history']
  .map(
    (table) =>
      `ALTER TABLE ${table} ALTER COLUMN assessment TYPE bytea USING convert_to(assessment::text, 'UTF8');`,
  )
  .join('\n');

/** The list of all bands is read from the index of each: see `ListBlockLikelihoods`. */
export const oneListIndexSchema = `
DROP INDEX IF EXISTS block_likelihoods_tenant_id_probability_contact_id_idx;
`;

/**
 * What the outside was told last. Apart from the rows, because it depends on the path: small moves add
 * up until they are worth an event.
 */
export const announcedSchema = `
CREATE TABLE announced_likelihoods (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  probability double precision NOT NULL,
  band text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, contact_id)
) WITH (fillfactor = 80);
`;

/**
 * Contacts whose row is behind their facts. `marks` exists to be updated: the update waits for who assesses the
 * contact just now, and counts only then.
 */
export const queueSchema = `
CREATE TABLE due_assessments (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  marks integer NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, contact_id)
) WITH (fillfactor = 80);
`;

/** A mark for each time: marks that were updated made the keeping of facts wait for the assessments. */
export const queueMarksSchema = `
ALTER TABLE due_assessments DROP CONSTRAINT due_assessments_pkey;
ALTER TABLE due_assessments DROP COLUMN marks;
CREATE INDEX due_assessments_contact ON due_assessments (tenant_id, contact_id);
`;
