/**
 * What people told, as it was recorded: the exact time stays sealed under the person's key, so an erased
 * person has no outcome. The event's id comes from the caller's id of the outcome: told twice, kept once.
 */
export const outcomesSchema = `
CREATE TABLE outcomes (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  event_id uuid NOT NULL,
  data json NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, event_id)
);
`;

/**
 * Priors and report never change once written; only the state does. At most one is live: without one, a
 * tenant has the assumed priors.
 */
export const modelsSchema = `
CREATE TABLE models (
  tenant_id text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  state text COLLATE "C" NOT NULL,
  started_at timestamptz(3) NOT NULL,
  fitted_at timestamptz(3),
  promoted_at timestamptz(3),
  failure text,
  priors json,
  report json,
  svg text,
  PRIMARY KEY (tenant_id, version)
);
CREATE UNIQUE INDEX models_number ON models (tenant_id, number);
CREATE UNIQUE INDEX models_live ON models (tenant_id) WHERE state = 'live';
CREATE UNIQUE INDEX models_fitting ON models (tenant_id) WHERE state = 'fitting';
`;
