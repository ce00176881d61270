/** Facts about people dated later than clocks differ, until their time has come. */
export const factsAheadSchema = `
CREATE TABLE facts_ahead (
  tenant_id text COLLATE "C" NOT NULL,
  event_id uuid PRIMARY KEY,
  contact_id text COLLATE "C" NOT NULL,
  due_at timestamptz NOT NULL,
  heard_at timestamptz NOT NULL,
  sealed json NOT NULL
);
CREATE INDEX ON facts_ahead (due_at);
CREATE INDEX ON facts_ahead (contact_id);`;
