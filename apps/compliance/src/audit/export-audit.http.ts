import { Readable } from 'node:stream';
import { Controller, Get, StreamableFile } from '@nestjs/common';
import { AuditExport, auditFormat, type AuditLine } from '@tact/contracts';
import {
  ActBook,
  Answers,
  Audited,
  Database,
  Describe,
  DisclosesNothing,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { type ChainEnd, SignedHeads } from './signed-heads.ts';
import { entryPages, type StoredEntry } from './stored-entries.ts';

const line = (said: AuditLine): string => `${JSON.stringify(said)}\n`;

/** An entry, and the signature over it where one was made. */
const linesOf = ({ entry, hash, subject, salt, jws }: StoredEntry): string => {
  const beside =
    subject === null || salt === null ? { blanked: true as const } : { opening: { subject, salt } };
  const reported = line({ kind: 'entry', entry, hash, ...beside });
  return jws === null ? reported : reported + line({ kind: 'head', jws });
};

/** The whole chain up to an end, which is signed once all is told. */
async function* chainLines(
  database: Database,
  heads: SignedHeads,
  { tenant, end }: { readonly tenant: string; readonly end: ChainEnd },
): AsyncGenerator<string> {
  yield line({ kind: 'chain', format: auditFormat, tenant });
  let blanked = 0;
  for await (const page of entryPages(database.queryable, tenant, { after: 0, upTo: end.seq })) {
    blanked += page.filter(({ subject, salt }) => subject === null || salt === null).length;
    yield page.map(linesOf).join('');
  }
  yield end.beyond.map((jws) => line({ kind: 'head', jws })).join('');
  const jws = await heads.signExport(tenant, end, blanked);
  // Of a chain that does not follow from what was signed last nobody signs an end.
  if (jws !== undefined) yield line({ kind: 'end', jws });
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
  @Audited('audit-exported')
  @DisclosesNothing('An act of its own is written down: that the audit was exported.')
  @Describe({
    operationId: 'exportAudit',
    tag: 'Audit',
    summary: 'Exports the whole chain with signatures',
    description:
      'A line of NDJSON for each entry, and a signature over the last one. Whoever has it can tell that no entry was changed, removed or moved: see the how-to of the audit.',
  })
  @Answers(AuditExport, {
    type: 'application/x-ndjson',
    description: 'A JSON object a line: the chain, its entries, signatures, the end.',
  })
  async export(@Tenant() tenantId: string): Promise<StreamableFile> {
    await this.acts.perform('audit-exported');
    const end = await this.heads.sign(tenantId);
    const lines = Readable.from(chainLines(this.database, this.heads, { tenant: tenantId, end }), {
      objectMode: false,
    });
    return new StreamableFile(lines, { type: 'application/x-ndjson' });
  }
}
