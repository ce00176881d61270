export const errorCodesSchema = `
CREATE TABLE error_codes (
  tenant_id text COLLATE "C" NOT NULL,
  code integer NOT NULL,
  hour timestamptz NOT NULL,
  failures bigint NOT NULL,
  PRIMARY KEY (tenant_id, code, hour)
) WITH (fillfactor = 70);
`;
