import type { Migration } from '../postgres/migrations.ts';

/**
 * Whom a list showed to whom, by the hour. It is what a person is told who asks who has seen their data, and it goes
 * with the person: see `ListLooks.forget`.
 */
export const disclosureMigrations: readonly Migration[] = [
  {
    name: 'Disclosures1796400000004',
    up: `
      CREATE TABLE disclosures (
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        hour timestamptz NOT NULL,
        actor text COLLATE "C" NOT NULL,
        list text COLLATE "C" NOT NULL,
        PRIMARY KEY (tenant_id, contact_id, hour, actor, list)
      );
    `,
  },
];

/** In the schema that the services share: what was done at the machine, until the service that keeps the audit has it. */
export const machineActsMigration: Migration = {
  name: 'MachineActs1796400000005',
  up: `
    CREATE TABLE access.machine_acts (
      act_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      act text COLLATE "C" NOT NULL,
      actor text COLLATE "C" NOT NULL,
      about text,
      at timestamptz NOT NULL
    );
  `,
};
