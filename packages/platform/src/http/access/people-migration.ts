import type { Migration } from '../../postgres/migrations.ts';

/**
 * The people of a tenant and where they are signed in. Who somebody is stands here sealed under their own key; whoever
 * is dismissed stays, for what they did, and their address may be another's from then on.
 */
export const peopleMigration: Migration = {
  name: 'Staff1796200000001',
  up: `
    CREATE TABLE access.staff (
      staff_id text COLLATE "C" PRIMARY KEY,
      tenant_id text NOT NULL,
      roles text[] NOT NULL,
      language text NOT NULL,
      sealed_name text,
      sealed_email text,
      email_mark text COLLATE "C",
      created_at timestamptz NOT NULL,
      dismissed_at timestamptz
    );
    CREATE UNIQUE INDEX staff_email ON access.staff (tenant_id, email_mark) WHERE dismissed_at IS NULL;
    CREATE INDEX staff_former_email ON access.staff (tenant_id, email_mark);
    CREATE INDEX staff_tenant ON access.staff (tenant_id, created_at, staff_id);
    ALTER TABLE access.api_keys ADD COLUMN actor text COLLATE "C";
    CREATE INDEX api_keys_actor ON access.api_keys (actor) WHERE actor IS NOT NULL;
    CREATE TRIGGER staff_change AFTER UPDATE OF roles, dismissed_at OR DELETE ON access.staff
      FOR EACH STATEMENT EXECUTE FUNCTION access.tell_key_change();
    CREATE TABLE access.sessions (
      session_id text COLLATE "C" PRIMARY KEY,
      tenant_id text NOT NULL,
      staff_id text COLLATE "C" NOT NULL,
      opened_with text NOT NULL,
      created_at timestamptz NOT NULL,
      used_at timestamptz NOT NULL,
      ended_at timestamptz
    );
    CREATE INDEX sessions_tenant ON access.sessions (tenant_id, created_at, session_id);
    CREATE TRIGGER sessions_change AFTER UPDATE OF ended_at OR DELETE ON access.sessions
      FOR EACH STATEMENT EXECUTE FUNCTION access.tell_key_change();
  `,
};

/**
 * Who drew a key ends it by leaving. Invented people of the embedded platform are told from those whom somebody added;
 * roles that a second person has yet to agree to wait beside those that are held.
 */
export const peopleBoundMigration: Migration = {
  name: 'StaffBound1796200000102',
  up: `
    ALTER TABLE access.api_keys ADD COLUMN drawn_by text COLLATE "C";
    CREATE INDEX api_keys_drawn_by ON access.api_keys (drawn_by) WHERE drawn_by IS NOT NULL;
    ALTER TABLE access.staff
      ADD COLUMN is_demo boolean NOT NULL DEFAULT false,
      ADD COLUMN proposed jsonb,
      ADD COLUMN provider_mark text COLLATE "C";
    CREATE UNIQUE INDEX staff_provider ON access.staff (tenant_id, provider_mark) WHERE dismissed_at IS NULL;
    CREATE INDEX staff_former_provider ON access.staff (tenant_id, provider_mark);
  `,
};

/** Of whoever was erased the row stays, for its id, with nothing in it that says who it was. */
export const staffErasedMigration: Migration = {
  name: 'StaffErased1796400000021',
  up: `ALTER TABLE access.staff ADD COLUMN erased_at timestamptz;`,
};
