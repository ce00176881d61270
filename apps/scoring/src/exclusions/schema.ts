/** Who is in no fit: each word by the time of its own act, so that the order of receipt changes nothing. */
export const exclusionsSchema = `
CREATE TABLE left_out (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  withdrawn_at timestamptz,
  given_at timestamptz,
  suppressed_at timestamptz,
  lifted_at timestamptz,
  fenced boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant_id, contact_id)
);
`;
