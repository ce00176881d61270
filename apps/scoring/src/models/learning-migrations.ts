import type { Migration } from '@tact/platform';

// What people told, as it was recorded: the exact time stays sealed under the person's key, so an erased
// person has no outcome. The event's id comes from the caller's id of the outcome: told twice, kept once.
const outcomes = `
CREATE TABLE outcomes (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  event_id uuid NOT NULL,
  data json NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, event_id)
);
`;

// Who is in no fit: each word by the time of its own act, so that the order of receipt changes nothing.
const leftOut = `
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

// Priors and report never change once written; only the state does. At most one is live: without one, a
// tenant has the assumed priors.
const models = `
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

/** Outcomes, who is left out of a fit, and models. */
export const learningMigrations: readonly Migration[] = [
  { name: 'OutcomesAndModels1764300000000', up: outcomes + leftOut + models },
];
