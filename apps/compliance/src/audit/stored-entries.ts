import type { AuditEntry } from '@tact/contracts';
import type { Queryable } from '@tact/platform';
import { form2Of } from './entry.ts';

const ROWS_AT_ONCE = 1_000;

type Of2 = 'form' | 'changed' | 'shown';

type Row = {
  readonly entry: Omit<AuditEntry, 'tenant' | 'at' | 'about' | 'reason' | 'event' | Of2> & {
    readonly about: string | null;
    readonly changed: readonly string[] | null;
    readonly shown: number | null;
    readonly reason: string | null;
  };
  readonly at: Date;
  readonly event: AuditEntry['event'];
  readonly hash: string;
  readonly subject: string | null;
  readonly salt: string | null;
  readonly jws: string | null;
};

/** An entry as its hash is over it, what stands beside it, and the signature that was made behind it. */
export type StoredEntry = Pick<Row, 'hash' | 'subject' | 'salt' | 'jws'> & {
  readonly entry: AuditEntry;
};

const storedOf = (tenant: string, row: Row): StoredEntry => {
  const { entry, at, event, hash, subject, salt, jws } = row;
  const { about, reason, changed, shown, ...others } = entry;
  return {
    entry: {
      tenant,
      ...others,
      at: at.toISOString(),
      event,
      ...(about === null ? {} : { about }),
      ...(reason === null ? {} : { reason }),
      ...form2Of({ changed, shown }),
    },
    hash,
    subject,
    salt,
    jws,
  };
};

/** Entries behind one up to another, page by page: a chain is never held at once. */
export async function* entryPages(
  queryable: Queryable,
  tenant: string,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): AsyncGenerator<readonly StoredEntry[]> {
  for (let begin = after; begin < upTo; begin += ROWS_AT_ONCE) {
    const rows = await queryable.query<Row>(
      `SELECT json_build_object('seq', seq, 'act', act, 'actor', actor, 'about', about,
           'subject', encode(subject_commitment, 'hex'), 'reason', encode(reason_commitment, 'hex'),
           'changed', changed, 'shown', shown, 'prev', encode(prev_hash, 'hex')) AS entry, at,
         json_build_object('id', event_id, 'source', event_source, 'sha256', encode(event_sha256, 'hex')) AS event,
         encode(hash, 'hex') AS hash, subject, encode(salt, 'hex') AS salt, jws
       FROM audit_entries LEFT JOIN audit_heads USING (tenant_id, seq)
       WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq`,
      [tenant, begin, Math.min(begin + ROWS_AT_ONCE, upTo)],
    );
    yield rows.map((row) => storedOf(tenant, row));
  }
}
