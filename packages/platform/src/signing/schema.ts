import type { Migration } from '../postgres/migrations.ts';

/** Of each service: the one key it signs with, sealed by the root key, and its tokens, as hashes. */
export const signingMigrations: readonly Migration[] = [
  {
    name: 'SigningKeysAndTokens1796400000000',
    up: `
      CREATE TABLE signing_keys (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        kid text NOT NULL,
        sealed bytea NOT NULL,
        made_at timestamptz NOT NULL
      );
      CREATE TABLE tokens (
        token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
        purpose text NOT NULL,
        tenant_id text COLLATE "C" NOT NULL,
        subject text COLLATE "C" NOT NULL,
        about jsonb,
        expires_at timestamptz NOT NULL,
        is_single_use boolean NOT NULL,
        used_at timestamptz
      );
      CREATE INDEX tokens_subject ON tokens (tenant_id, subject, purpose);
      CREATE INDEX tokens_expiry ON tokens (expires_at);
    `,
  },
];

/** Of schema `access`: what verifies the signatures of every service, for good. */
export const publicKeysMigration: Migration = {
  name: 'PublicSigningKeys1796400000001',
  up: `
    CREATE TABLE access.signing_keys (
      kid text COLLATE "C" PRIMARY KEY,
      service text COLLATE "C" NOT NULL,
      x text NOT NULL,
      made_at timestamptz NOT NULL
    );
  `,
};

/** What the root key, which is not in the database, says of a key: one that it says nothing of is no key. */
export const keyEndorsementsMigration: Migration = {
  name: 'KeyEndorsements1796400000003',
  up: 'ALTER TABLE access.signing_keys ADD COLUMN endorsement bytea',
};
