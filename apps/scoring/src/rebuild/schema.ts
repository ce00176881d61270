export const rebuildsSchema = `
CREATE TABLE rebuilds (
  rebuild_id text COLLATE "C" PRIMARY KEY,
  projection text NOT NULL,
  state text NOT NULL,
  contacts_done integer NOT NULL,
  contacts_total integer NOT NULL,
  started_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  finished_at timestamptz(3),
  live_rows integer,
  new_rows integer,
  same boolean
);
CREATE INDEX rebuilds_latest ON rebuilds (projection, started_at DESC);
`;
