import type { Migration } from '../../postgres/migrations.ts';
import { machineActsMigration } from '../../acts/schema.ts';
import { noticePurposesMigration, noticesMigration } from '../../notices/schema.ts';
import { watermarkMigration } from '../../relay/watermarks.ts';
import { keyEndorsementsMigration, publicKeysMigration } from '../../signing/schema.ts';
import { keyChangesChannel } from './key-changes.ts';
import { proposalsMigration } from '../proposals/schema.ts';
import { peopleBoundMigration, peopleMigration, staffErasedMigration } from './people-migration.ts';

/**
 * Schema `access`, shared by the services: who may call, and up to when each service told what is urgent. Keys are there
 * as fingerprints only.
 */
export const accessMigrations: readonly Migration[] = [
  {
    name: 'ApiKeys1764000000000',
    up: `
      CREATE TABLE access.api_keys (
        key_hash bytea PRIMARY KEY CHECK (octet_length(key_hash) = 32),
        key_id text NOT NULL UNIQUE,
        tenant_id text NOT NULL,
        scopes text[] NOT NULL,
        label text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        revoked_at timestamptz
      );
      CREATE INDEX api_keys_tenant ON access.api_keys (tenant_id, created_at);
    `,
  },
  {
    name: 'ApiKeyLife1767225600000',
    // The trigger tells every process of a change, whoever made it: also one made by hand with SQL.
    up: `
      ALTER TABLE access.api_keys
        ADD COLUMN last_used_at timestamptz,
        ADD COLUMN successor_id text COLLATE "C",
        ADD COLUMN command_id uuid UNIQUE;
      CREATE FUNCTION access.tell_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('${keyChangesChannel}', '');
        RETURN NULL;
      END $$;
      CREATE TRIGGER api_keys_change AFTER UPDATE OF revoked_at, expires_at OR DELETE ON access.api_keys
        FOR EACH STATEMENT EXECUTE FUNCTION access.tell_key_change();
    `,
  },
  watermarkMigration,
  noticesMigration,
  noticePurposesMigration,
  publicKeysMigration,
  keyEndorsementsMigration,
  {
    name: 'OperatorScope1796100000000',
    // The first key had every scope there was, and so had its successors: it opened what acts on all tenants.
    up: `
      UPDATE access.api_keys SET scopes = array_append(scopes, 'operator')
      WHERE label = 'bootstrap' AND 'admin' = ANY (scopes) AND 'operator' <> ALL (scopes);
    `,
  },
  {
    name: 'Tenants1796100000001',
    // Secrets and the name of the person who answers for data are in one sealed text. Who is told of changed keys is
    // told of tenants on the same channel: it is a connection of each process.
    up: `
      CREATE TABLE access.tenants (
        tenant_id text COLLATE "C" PRIMARY KEY,
        settings jsonb NOT NULL,
        sealed text,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL
      );
      CREATE TABLE access.whatsapp_accounts (
        waba_id text COLLATE "C" PRIMARY KEY,
        tenant_id text COLLATE "C" NOT NULL REFERENCES access.tenants
      );
      CREATE INDEX whatsapp_accounts_tenant ON access.whatsapp_accounts (tenant_id);
      CREATE TRIGGER tenants_change AFTER INSERT OR UPDATE OR DELETE ON access.tenants
        FOR EACH STATEMENT EXECUTE FUNCTION access.tell_key_change();
    `,
  },
  peopleMigration,
  peopleBoundMigration,
  {
    name: 'TenantVersions1796200000103',
    up: `ALTER TABLE access.tenants ADD COLUMN version integer NOT NULL DEFAULT 1;`,
  },
  machineActsMigration,
  proposalsMigration,
  staffErasedMigration,
];
