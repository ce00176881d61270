import type { Readable } from 'node:stream';
import { Controller, HttpCode, Post, Query } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  ImportPreview,
  importLines,
  PREVIEW_ROWS_MAX,
  PreviewOutcome,
  StartImportQuery,
} from '@tact/contracts';
import {
  Answers,
  Caller,
  type CallerIdentity,
  Describe,
  DisclosesList,
  RequireScopeByQuery,
  Streamed,
  type StreamedBody,
  StreamRoute,
  Unaudited,
} from '@tact/platform';
import { z } from 'zod';
import { IdentityOptions } from '../../contacts/identity-options.ts';
import { isTypedBy } from '../../contacts/typed-rows.ts';
import { ImportMappings } from '../mappings/import-mappings.ts';
import { FileFacts } from '../receive/file-facts.ts';
import { assertReadable, groupsOf } from '../receive/read-file.ts';
import type { SpooledLine } from '../spooled-lines.ts';
import { ForeseenLines } from './foreseen-lines.ts';

/** Says what an import would do with the first rows of a file, and does nothing of it. */
export class PreviewImport extends Command<ImportPreview> {
  constructor(
    readonly caller: CallerIdentity,
    readonly options: StartImportQuery & { readonly format: 'ndjson' | 'csv' },
    readonly body: Readable,
  ) {
    super();
  }
}

/** Left early the body stays open: the caller must still be able to read the answer. */
async function* chunksOf(body: Readable): AsyncGenerator<Buffer> {
  yield* body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

@CommandHandler(PreviewImport)
export class PreviewImportHandler implements ICommandHandler<PreviewImport> {
  constructor(
    private readonly foreseen: ForeseenLines,
    private readonly mappings: ImportMappings,
    private readonly identities: IdentityOptions,
  ) {}

  async execute({ caller, options, body }: PreviewImport): Promise<ImportPreview> {
    const { tenantId } = caller;
    const { format, ...query } = options;
    assertReadable(query);
    const documents = await this.mappings.documentsOf(tenantId);
    const facts = new FileFacts();
    const rows: SpooledLine[] = [];
    for await (const group of groupsOf(chunksOf(body), format, { ...query, facts, documents })) {
      rows.push(...group);
      if (rows.length > PREVIEW_ROWS_MAX) break;
    }
    const country = query.country ?? (await this.identities.of(tenantId)).defaultCountry;
    const lines = await this.foreseen.of(
      tenantId,
      { ...query, country, isTyped: isTypedBy(caller, 'file') },
      {
        rows: rows.slice(0, PREVIEW_ROWS_MAX),
        columns: facts.columns,
      },
    );
    const counts = Object.fromEntries(
      PreviewOutcome.options.map((outcome) => [
        outcome,
        lines.filter((line) => line.outcome === outcome).length,
      ]),
    ) as ImportPreview['counts'];
    return {
      type: query.type,
      file: facts.summary(),
      columns: [...facts.columns],
      counts,
      lines,
      isCut: rows.length > PREVIEW_ROWS_MAX,
    };
  }
}

@Controller('v1/imports/previews')
export class PreviewImportsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @RequireScopeByQuery('type', {
    contacts: 'contacts:write',
    consents: 'consents:write',
    signals: 'signals:write',
  })
  @StreamRoute({ line: z.union(Object.values(importLines)) })
  @Unaudited('It reads the first rows of a file and changes nothing.')
  @DisclosesList('import-preview')
  @Describe({
    operationId: 'previewImport',
    tag: 'Imports',
    summary: 'Shows what an import would do',
    description:
      'Reads the first 1,000 rows as an import does and writes nothing. Of contacts it says which would be created, updated, in conflict or rejected; of consents and signals only whether the line is well-formed, because the rest would say who objected. Never a value.',
    refuses: ['unprocessable'],
  })
  @Answers(ImportPreview, { description: 'What would happen to each row.' })
  preview(
    @Caller() caller: CallerIdentity,
    @Query({ schema: StartImportQuery }) query: StartImportQuery,
    @Streamed() { body, format }: StreamedBody,
  ) {
    return this.commands.execute(new PreviewImport(caller, { ...query, format }, body));
  }
}
