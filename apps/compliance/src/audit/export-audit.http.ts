import { Readable } from 'node:stream';
import { Controller, Get, StreamableFile } from '@nestjs/common';
import { type AuditEntry, auditFormat, AuditLine } from '@tact/contracts';
import { ActBook, Answers, Database, Describe, RequireScope, Tenant } from '@tact/platform';
import { type SignedHead, SignedHeads } from './signed-heads.ts';

const ROWS_AT_ONCE = 1_000;

type Row = {
  readonly entry: Omit<AuditEntry, 'tenant' | 'at' | 'about' | 'reason' | 'event'> & {
    readonly about: string | null;
    readonly reason: string | null;
  };
  readonly at: Date;
  readonly event: AuditEntry['event'];
  readonly hash: string;
  readonly subject: string | null;
  readonly salt: string | null;
  readonly jws: string | null;
};

const line = (said: AuditLine): string => `${JSON.stringify(said)}\n`;

/** An entry, and the signature over it where one was made. */
const linesOf = (tenant: string, row: Row): string => {
  const { entry, at, event, hash, subject, salt, jws } = row;
  const { seq, act, actor, about, reason, prev, subject: commitment } = entry;
  const reported = line({
    kind: 'entry',
    entry: {
      tenant,
      seq,
      at: at.toISOString(),
      act,
      actor,
      ...(about === null ? {} : { about }),
      event,
      subject: commitment,
      ...(reason === null ? {} : { reason }),
      prev,
    },
    hash,
    ...(subject === null || salt === null ? {} : { opening: { subject, salt } }),
  });
  return jws === null ? reported : reported + line({ kind: 'head', jws });
};

/** The whole chain up to a signed end, page by page: it is never held at once. */
async function* chainLines(
  database: Database,
  tenant: string,
  end: SignedHead,
): AsyncGenerator<string> {
  yield line({ kind: 'chain', format: auditFormat, tenant });
  for (let after = 0; after < end.seq; after += ROWS_AT_ONCE) {
    const rows = await database.queryable.query<Row>(
      `SELECT json_build_object('seq', seq, 'act', act, 'actor', actor, 'about', about,
           'subject', encode(subject_commitment, 'hex'), 'reason', encode(reason_commitment, 'hex'),
           'prev', encode(prev_hash, 'hex')) AS entry, at,
         json_build_object('id', event_id, 'source', event_source, 'sha256', encode(event_sha256, 'hex')) AS event,
         encode(hash, 'hex') AS hash, subject, encode(salt, 'hex') AS salt, jws
       FROM audit_entries LEFT JOIN audit_heads USING (tenant_id, seq)
       WHERE tenant_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq`,
      [tenant, after, Math.min(after + ROWS_AT_ONCE, end.seq)],
    );
    yield rows.map((row) => linesOf(tenant, row)).join('');
  }
  yield end.beyond.map((jws) => line({ kind: 'head', jws })).join('');
  yield line({ kind: 'end', jws: end.jws });
}

@Controller('v1/audit-events')
export class ExportAuditController {
  constructor(
    private readonly database: Database,
    private readonly heads: SignedHeads,
    private readonly acts: ActBook,
  ) {}

  @Get('export')
  @RequireScope('audit:read')
  @Describe({
    operationId: 'exportAudit',
    tag: 'Audit',
    summary: 'Exports the whole chain with signatures',
    description:
      'A line of NDJSON for each entry, and a signature over the last one. Whoever has it can tell that no entry was changed, removed or moved: see the how-to of the audit.',
  })
  @Answers(AuditLine, {
    type: 'application/x-ndjson',
    description: 'A JSON object a line: the chain, its entries, signatures, the end.',
  })
  async export(@Tenant() tenantId: string): Promise<StreamableFile> {
    await this.acts.perform('audit-exported');
    const end = await this.database.transaction((tx) => this.heads.sign(tx, tenantId));
    const lines = Readable.from(chainLines(this.database, tenantId, end), { objectMode: false });
    return new StreamableFile(lines, { type: 'application/x-ndjson' });
  }
}
