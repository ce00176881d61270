// A day is all that is told of when: the instant of a fact would be that of something the person did.
export const historySchema = `
CREATE TABLE likelihood_history (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  day date NOT NULL,
  probability double precision NOT NULL,
  band text COLLATE "C" NOT NULL,
  model_version text COLLATE "C" NOT NULL,
  assessment json NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, day)
);
CREATE INDEX ON likelihood_history (day);
`;
