export const incidentsSchema = `
CREATE TABLE incidents (
  tenant_id text COLLATE "C" NOT NULL,
  incident_id text COLLATE "C" NOT NULL,
  cause text COLLATE "C" NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  messages integer NOT NULL,
  stuck integer NOT NULL,
  PRIMARY KEY (tenant_id, incident_id)
);
CREATE INDEX ON incidents (tenant_id, started_at DESC, incident_id DESC);
`;
