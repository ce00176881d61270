import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Controller, HttpCode, type OnModuleDestroy, Post, Query } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ImportAccepted, importLines, type ImportType, StartImportQuery } from '@tact/contracts';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  Describe,
  IdempotencyKey,
  Idempotent,
  ProblemError,
  RequireScopeByQuery,
  Streamed,
  type StreamedBody,
  StreamRoute,
  Vault,
} from '@tact/platform';
import { z } from 'zod';
import { IdentityOptions } from '../../contacts/identity-options.ts';
import { isTypedBy } from '../../contacts/typed-rows.ts';
import { type EarlierUpload, Upload } from '../import-uploads.ts';
import { ImportMappings } from '../mappings/import-mappings.ts';
import { BeginImport } from './begin-import.ts';
import { FileFacts } from './file-facts.ts';
import { assertReadable, groupsOf } from './read-file.ts';
import { withCountriesSaid } from './said-countries.ts';

const TOUCH_EVERY_MS = 10_000;

/** Takes a stream of lines and makes each durable; they are judged behind the answer. */
export class ReceiveImport extends Command<ImportAccepted> {
  constructor(
    readonly caller: CallerIdentity,
    readonly options: StartImportQuery & {
      readonly format: 'ndjson' | 'csv';
      readonly idempotencyKey: string | undefined;
    },
    readonly body: Readable,
  ) {
    super();
  }
}

/** Reads a body once: its bytes pass on, their number and fingerprint stay. */
class MeasuredBody {
  readonly #body: Readable;
  readonly #hash = createHash('sha256');
  bytes = 0;
  /** What ended it before its end. */
  failure: unknown;

  constructor(body: Readable) {
    this.#body = body;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    // Left early it stays open: the caller must still be able to read why it was refused.
    const chunks = this.#body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    try {
      for await (const chunk of chunks) {
        this.bytes += chunk.length;
        this.#hash.update(chunk);
        yield chunk;
      }
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  digest(): string {
    return this.#hash.digest('hex');
  }

  async readToEnd(): Promise<string> {
    for await (const _ of this);
    return this.digest();
  }
}

@CommandHandler(ReceiveImport)
export class ReceiveImportHandler implements ICommandHandler<ReceiveImport>, OnModuleDestroy {
  readonly #open = new Set<Readable>();

  constructor(
    private readonly uploads: BeginImport,
    private readonly vault: Vault,
    private readonly mappings: ImportMappings,
    private readonly identities: IdentityOptions,
  ) {}

  async execute({ caller, options, body }: ReceiveImport): Promise<ImportAccepted> {
    const { tenantId } = caller;
    const { format, idempotencyKey: key, ...query } = options;
    const { type, timeZone } = query;
    const country = query.country ?? (await this.identities.of(tenantId)).defaultCountry;
    assertReadable(query);
    const documents = await this.mappings.documentsOf(tenantId);
    const measured = new MeasuredBody(body);
    const keyFingerprint =
      key === undefined ? undefined : this.vault.factId(tenantId, 'import-key', key);
    const upload = await this.uploads.begin({
      tenantId,
      type,
      keyFingerprint,
      options: { country, timeZone, isTyped: isTypedBy(caller, 'file') },
    });
    const fingerprint = (digest: string) =>
      this.vault.factId(tenantId, 'import-body', JSON.stringify(query), format, digest);
    if (!(upload instanceof Upload)) {
      const isSame =
        upload.upload === 'complete' &&
        fingerprint(await measured.readToEnd()) === upload.bodyFingerprint;
      return this.#answerAgain(upload, isSame, type);
    }
    this.#open.add(body);
    const touching = setInterval(() => void upload.touch().catch(() => undefined), TOUCH_EVERY_MS);
    try {
      const facts = new FileFacts();
      const groups = groupsOf(measured, format, { ...query, facts, documents });
      for await (const lines of withCountriesSaid(groups, facts, country)) {
        await upload.add(lines, measured.bytes);
      }
      const file = facts.summary();
      await upload.complete(measured.bytes, fingerprint(measured.digest()), file);
      return { importId: upload.importId, type, state: 'processing', file };
    } catch (error) {
      // When even this fails, the worker takes the upload for cut after a minute of silence.
      await upload.cut().catch(() => undefined);
      if (measured.failure === undefined) throw error;
      const detail = 'The upload was cut. Send the file again: what is applied stays applied.';
      throw new ProblemError('malformed-request', { detail, cause: error });
    } finally {
      clearInterval(touching);
      this.#open.delete(body);
    }
  }

  /** An upload may take longer than a stop may wait; what it brought so far is durable. */
  onModuleDestroy(): void {
    for (const body of this.#open) body.destroy(new Error('the service stops'));
  }

  #answerAgain(
    { importId, upload }: EarlierUpload,
    isSame: boolean,
    type: ImportType,
  ): ImportAccepted {
    if (upload !== 'complete') {
      throw new ProblemError('idempotency-in-progress', { retryAfterSeconds: 2 });
    }
    if (!isSame) throw new ProblemError('idempotency-mismatch');
    return { importId, type, state: 'processing' };
  }
}

@Controller('v1/imports')
export class ReceiveImportsController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(202)
  @RequireScopeByQuery('type', {
    contacts: 'contacts:write',
    consents: 'consents:write',
    signals: 'signals:write',
  })
  @Idempotent()
  @StreamRoute({ line: z.union(Object.values(importLines)) })
  @Audited('import-started')
  @Describe({
    operationId: 'startImport',
    tag: 'Imports',
    summary: 'Takes a file of any length',
    description:
      'Answered once every line is durable; the lines are judged behind this answer. A cut upload is sent again as it is, because a line id is applied once. A table may be cut by commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252; the answer says what it was, and which columns were left out. The scope is the one of the type.',
    refuses: ['unprocessable'],
  })
  @Answers(ImportAccepted, { description: 'The import.' })
  receive(
    @Caller() caller: CallerIdentity,
    @Query({ schema: StartImportQuery }) query: StartImportQuery,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Streamed() { body, format }: StreamedBody,
  ) {
    const options = { ...query, format, idempotencyKey };
    return this.commands.execute(new ReceiveImport(caller, options, body));
  }
}
