import { Readable } from 'node:stream';
import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import {
  type ImportErrorLine,
  ImportErrors,
  type ImportFile,
  ImportId,
  ImportProgress,
} from '@tact/contracts';
import {
  Answers,
  Clock,
  Database,
  Describe,
  DisclosesNothing,
  ProblemError,
  RequireOneScope,
  Tenant,
} from '@tact/platform';

const ERRORS_AT_ONCE = 1_000;

type Row = {
  readonly importId: string;
  readonly type: ImportProgress['type'];
  readonly state: 'running' | 'finished' | 'incomplete';
  readonly upload: 'receiving' | 'complete' | 'cut';
  readonly bytesReceived: number;
  readonly read: number;
  readonly applied: number;
  readonly duplicate: number;
  readonly rejected: number;
  readonly notContactable: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly file: ImportFile | null;
  readonly sharedValues: ImportProgress['sharedValues'] | null;
};

/** Of fewer accepted lines, how many had no effect would say who objected; and exactly, the difference of two imports would. */
const COUNTED_LINES_MIN = 50;
const roundedToTen = (count: number): number => Math.round(count / 10) * 10;

const stateOf = ({ state, upload }: Row): ImportProgress['state'] => {
  if (state !== 'running') return state;
  return upload === 'receiving' ? 'receiving' : 'processing';
};

/** How far an import is, as its numbers say it at an instant. */
export const progressOf = (row: Row, now: Date): ImportProgress => {
  const { importId, type, bytesReceived, notContactable, startedAt, finishedAt, file } = row;
  const { read, applied, duplicate, rejected } = row;
  const accepted = applied + notContactable;
  const judged = applied + duplicate + rejected + notContactable;
  const seconds = Math.max(((finishedAt ?? now).getTime() - startedAt.getTime()) / 1000, 0.001);
  const rate = Math.round((judged / seconds) * 10) / 10;
  const state = stateOf(row);
  const isCounted = state === 'processing' && rate > 0;
  return {
    importId,
    type,
    state,
    bytesReceived,
    lines: { read, accepted, duplicate, rejected },
    ...(accepted < COUNTED_LINES_MIN ? {} : { notContactable: roundedToTen(notContactable) }),
    ...(file === null ? {} : { file }),
    ...(row.sharedValues ? { sharedValues: row.sharedValues } : {}),
    rate,
    ...(isCounted ? { etaSeconds: Math.ceil((read - judged) / rate) } : {}),
    startedAt: startedAt.toISOString(),
    ...(finishedAt === null ? {} : { finishedAt: finishedAt.toISOString() }),
  };
};

/** How far an import of a tenant is; undefined where the tenant has no such import. */
export class ShowImport extends Query<ImportProgress | undefined> {
  constructor(
    readonly tenantId: string,
    readonly importId: string,
  ) {
    super();
  }
}

@QueryHandler(ShowImport)
export class ShowImportHandler implements IQueryHandler<ShowImport> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, importId }: ShowImport): Promise<ImportProgress | undefined> {
    const [row] = await this.database.queryable.query<Row>(
      `SELECT import_id AS "importId", type, state, upload, bytes_received AS "bytesReceived",
         lines_read AS read, lines_applied AS applied, lines_duplicate AS duplicate,
         lines_rejected AS rejected, not_contactable AS "notContactable",
         started_at AS "startedAt", finished_at AS "finishedAt", file,
         shared_values AS "sharedValues"
       FROM imports WHERE import_id = $1 AND tenant_id = $2`,
      [importId, tenantId],
    );
    return row && progressOf(row, this.clock.now());
  }
}

/** The rejected lines of an import in their order, page by page: a million of them are never held at once. */
async function* errorLines(database: Database, importId: string): AsyncGenerator<string> {
  for (let after = -1; ;) {
    const rows = await database.queryable.query<ImportErrorLine>(
      `SELECT line, errors FROM import_errors WHERE import_id = $1 AND line > $2
       ORDER BY line LIMIT $3`,
      [importId, after, ERRORS_AT_ONCE],
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map(({ line, errors }) => `${JSON.stringify({ line, errors })}\n`).join('');
    after = last.line;
  }
}

@Controller('v1/imports')
export class ShowImportsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly database: Database,
  ) {}

  @Get(':importId')
  @RequireOneScope('contacts:write', 'consents:write', 'signals:write')
  @Describe({
    operationId: 'showImport',
    tag: 'Imports',
    summary: 'Shows how far an import is',
    description: 'Numbers only. Another tenant’s import answers like one there never was.',
  })
  @Answers(ImportProgress, { description: 'The progress.' })
  async show(
    @Tenant() tenantId: string,
    @Param('importId', { schema: ImportId }) importId: string,
  ): Promise<ImportProgress> {
    const progress = await this.queries.execute(new ShowImport(tenantId, importId));
    if (!progress) throw new ProblemError('not-found');
    return progress;
  }

  @Get(':importId/errors')
  @RequireOneScope('contacts:write', 'consents:write', 'signals:write')
  @DisclosesNothing('Numbers of lines and what was wrong with them, never what they held.')
  @Describe({
    operationId: 'listImportErrors',
    tag: 'Imports',
    summary: 'Lists the lines that were rejected',
    description:
      'A line of NDJSON for each: its number and why, never what it held. Kept for 30 days.',
  })
  @Answers(ImportErrors, {
    type: 'application/x-ndjson',
    description: 'A JSON object a line: `line`, `errors`.',
  })
  async errors(
    @Tenant() tenantId: string,
    @Param('importId', { schema: ImportId }) importId: string,
  ): Promise<StreamableFile> {
    await this.show(tenantId, importId);
    const lines = Readable.from(errorLines(this.database, importId), { objectMode: false });
    return new StreamableFile(lines, { type: 'application/x-ndjson' });
  }
}
