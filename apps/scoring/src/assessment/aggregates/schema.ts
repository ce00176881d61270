/** The last count of each tenant, as it is told for an hour. */
export const aggregatesSchema = `
CREATE TABLE likelihood_aggregates (
  tenant_id text COLLATE "C" PRIMARY KEY,
  counted_at timestamptz(3) NOT NULL,
  told json NOT NULL
);
`;
