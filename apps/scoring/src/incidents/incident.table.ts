import { EntitySchema } from 'typeorm';

/** A window of a tenant in which the fault was not the contacts'. */
export type IncidentRow = {
  tenantId: string;
  incidentId: string;
  cause: string;
  startedAt: Date;
  endedAt: Date | null;
  messages: number;
  stuck: number;
};

export const IncidentTable = new EntitySchema<IncidentRow>({
  name: 'Incident',
  tableName: 'incidents',
  columns: {
    tenantId: { name: 'tenant_id', type: 'text', primary: true },
    incidentId: { name: 'incident_id', type: 'text', primary: true },
    cause: { type: 'text' },
    startedAt: { name: 'started_at', type: 'timestamptz' },
    endedAt: { name: 'ended_at', type: 'timestamptz', nullable: true },
    messages: { type: 'integer' },
    stuck: { type: 'integer' },
  },
});

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
