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
