/** Texts that people are shown before they agree: every service asks whether one is registered. The text is sealed. */
export const noticesMigration = {
  name: 'Notices1796500000001',
  up: `
      CREATE TABLE access.notices (
        tenant_id text COLLATE "C" NOT NULL,
        notice_id text COLLATE "C" NOT NULL,
        slug text COLLATE "C" NOT NULL,
        language text COLLATE "C" NOT NULL,
        number integer NOT NULL CHECK (number > 0),
        sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
        text_sealed text NOT NULL,
        published_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, notice_id),
        UNIQUE (tenant_id, slug, language, number)
      );
      CREATE INDEX notices_hash ON access.notices (tenant_id, sha256);`,
} as const;

/** What a text is about: with it nobody agrees to anything else. */
export const noticePurposesMigration = {
  name: 'NoticePurposes1796500000013',
  up: 'ALTER TABLE access.notices ADD COLUMN purposes text[];',
} as const;
