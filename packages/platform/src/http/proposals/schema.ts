import type { Migration } from '../../postgres/migrations.ts';

/** What waits for a second person, in all services. A name stands here, sealed, where a key is nobody's. */
export const proposalsMigration: Migration = {
  name: 'Proposals1796400000020',
  up: `
    CREATE TABLE access.proposals (
      proposal_id text COLLATE "C" PRIMARY KEY,
      tenant_id text COLLATE "C" NOT NULL,
      kind text NOT NULL,
      about text NOT NULL,
      content json NOT NULL,
      content_sha256 text COLLATE "C" NOT NULL,
      proposed_by text COLLATE "C" NOT NULL,
      key_id text COLLATE "C",
      staff_id text COLLATE "C",
      sealed_name text,
      proposed_at timestamptz NOT NULL,
      state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'approved', 'declined', 'done')),
      decided_by text COLLATE "C",
      decided_at timestamptz
    );
    CREATE INDEX proposals_tenant ON access.proposals (tenant_id, proposed_at DESC, proposal_id DESC);
    CREATE INDEX proposals_content ON access.proposals (tenant_id, content_sha256)
      WHERE state IN ('open', 'approved');
  `,
};
