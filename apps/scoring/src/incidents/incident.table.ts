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
