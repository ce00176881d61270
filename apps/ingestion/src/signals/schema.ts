export const withoutEffectSchema = `
      CREATE TABLE parts_without_effect (
        tenant_id text NOT NULL,
        day date NOT NULL,
        reason text NOT NULL,
        parts bigint NOT NULL,
        PRIMARY KEY (tenant_id, day, reason)
      );`;

export const errorCodesSchema = `
CREATE TABLE error_codes (
  tenant_id text COLLATE "C" NOT NULL,
  code integer NOT NULL,
  hour timestamptz NOT NULL,
  failures bigint NOT NULL,
  PRIMARY KEY (tenant_id, code, hour)
) WITH (fillfactor = 70);
`;

/** How often it was in doubt whether a person asked to be left alone: numbers only. */
export const doubtfulWishesSchema = `
CREATE TABLE doubtful_wishes (
  tenant_id text COLLATE "C" NOT NULL,
  hour timestamptz NOT NULL,
  wishes bigint NOT NULL,
  PRIMARY KEY (tenant_id, hour)
) WITH (fillfactor = 70);
`;
