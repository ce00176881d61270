export const dataRequestsSchema = `
      CREATE TABLE data_requests (
        request_id text PRIMARY KEY,
        tenant_id text NOT NULL,
        "right" text NOT NULL,
        channel text NOT NULL,
        status text NOT NULL,
        received_at timestamptz NOT NULL,
        internal_due timestamptz NOT NULL,
        legal_due timestamptz NOT NULL
      );
      CREATE INDEX data_requests_by_due ON data_requests (tenant_id, internal_due, request_id);`;

/** The date of an extension, where a paused one goes on, and requests in one state by their dates. */
export const dataRequestStatesSchema = `
      ALTER TABLE data_requests ADD COLUMN extended_until timestamptz, ADD COLUMN paused_in text;
      CREATE INDEX data_requests_by_state ON data_requests (tenant_id, status, internal_due, request_id);`;

/**
 * Codes that were asked for, as keyed hashes: there is a row whether or not anybody could be sent one. Places of requests
 * among those of the same person.
 */
export const dataRequestCodesSchema = `
      CREATE TABLE data_request_codes (
        code_id text COLLATE "C" PRIMARY KEY,
        request_id text COLLATE "C" NOT NULL,
        tenant_id text COLLATE "C" NOT NULL,
        channel text NOT NULL,
        asked_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        code_hash text COLLATE "C",
        misses integer NOT NULL DEFAULT 0,
        used_at timestamptz
      );
      CREATE INDEX data_request_codes_request ON data_request_codes (request_id, asked_at);
      CREATE INDEX data_request_codes_age ON data_request_codes (asked_at);
      CREATE TABLE data_request_claims (
        tenant_id text COLLATE "C" NOT NULL,
        contact_id text COLLATE "C" NOT NULL,
        request_id text COLLATE "C" NOT NULL,
        "right" text NOT NULL,
        received_at timestamptz NOT NULL,
        verified_at timestamptz,
        is_held boolean NOT NULL DEFAULT false,
        PRIMARY KEY (tenant_id, contact_id, request_id)
      );
      CREATE INDEX data_request_claims_request ON data_request_claims (request_id);`;

/**
 * Which address a code went to, as a keyed hash of that code's own, so that rows of one address cannot be told to be one's.
 * Null where nothing was sent, and of codes drawn before it was kept.
 */
export const codeAddressesSchema = `
      ALTER TABLE data_request_codes ADD COLUMN address_hash text COLLATE "C";`;
