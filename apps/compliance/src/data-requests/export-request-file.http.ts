import { createHash } from 'node:crypto';
import { Controller, Get, Param } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import {
  DataRequestFile,
  DataRequestId,
  requestFileTyp,
  SignedDataRequestFile,
} from '@tact/contracts';
import { lawAt } from '@tact/domain';
import {
  ActBook,
  Answers,
  Audited,
  canonicalJson,
  Clock,
  Describe,
  DisclosesList,
  RequireScope,
  SigningKeys,
  Tenant,
} from '@tact/platform';
import type { History } from './data-requests.ts';
import type { KeptCode } from './request-codes.ts';
import { RequestHistory } from './request-history.ts';
import type { Asked } from './request-stream.ts';

/** Everything that happened to a request, as evidence. */
export class ExportRequestFile extends Query<SignedDataRequestFile> {
  constructor(readonly asked: Asked) {
    super();
  }
}

type Entry = DataRequestFile['events'][number];
type Stored = History['events'][number];

/** Of the entry before it and of this one, so that none can be left out or put elsewhere unseen. */
const hashedAfter = (before: string, entry: Omit<Entry, 'hash'>): Entry => {
  const hash = createHash('sha256').update(before).update(canonicalJson(entry)).digest('hex');
  return { ...entry, hash };
};

const entriesOf = (events: readonly Stored[]): Entry[] => {
  const entries: Entry[] = [];
  for (const { type, version, time, actorid, data } of events) {
    const actor = actorid === undefined ? {} : { actorId: actorid };
    const entry = { type, version, time, ...actor, data: data as Record<string, unknown> };
    entries.push(hashedAfter(entries.at(-1)?.hash ?? '', entry));
  }
  return entries;
};

const codeOf = ({ codeId, channel, askedAt, expiresAt, misses, usedAt }: KeptCode) => ({
  codeId,
  channel,
  askedAt: askedAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  misses,
  ...(usedAt === null ? {} : { usedAt: usedAt.toISOString() }),
});

@QueryHandler(ExportRequestFile)
export class ExportRequestFileHandler implements IQueryHandler<ExportRequestFile> {
  constructor(
    private readonly history: RequestHistory,
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly acts: ActBook,
  ) {}

  async execute({ asked }: ExportRequestFile): Promise<SignedDataRequestFile> {
    const { tenantId, requestId } = asked;
    const { state, events, codes } = await this.history.of(asked);
    await this.acts.perform('data-request-exported', { about: requestId });
    const { right, receivedAt, internalDue, legalDue } = state;
    const { name, since, sources } = lawAt(receivedAt);
    const file = DataRequestFile.parse({
      requestId,
      tenantId,
      right,
      state: state.state,
      receivedAt: receivedAt.toISOString(),
      internalDue,
      legalDue,
      law: { name, since, sources },
      codes: codes.map(codeOf),
      events: entriesOf(events),
      madeAt: this.clock.now().toISOString(),
    });
    const jws = await this.keys.sign(file, { typ: requestFileTyp });
    return { file, jws };
  }
}

@Controller('v1/data-requests')
export class ExportRequestFileController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':requestId/file')
  @RequireScope('data-requests:decide')
  @Audited('data-request-exported')
  @DisclosesList('data-requests')
  @Describe({
    operationId: 'exportDataRequestFile',
    tag: 'Data requests',
    summary: 'Exports the whole file of a data request as signed evidence',
    description:
      'Every event with its time, who did it and its words, the legal dates and the law they follow from; each entry’s hash covers the one before. The JWS is over the canonical JSON (RFC 8785) of `file` and is checked with `/.well-known/privacy-jwks.json`. It names the person: whoever has it handles it as such.',
    refuses: ['not-found'],
  })
  @Answers(SignedDataRequestFile, { description: 'The file and its signature.' })
  export(
    @Tenant() tenantId: string,
    @Param('requestId', { schema: DataRequestId }) requestId: string,
  ): Promise<SignedDataRequestFile> {
    return this.queries.execute(new ExportRequestFile({ tenantId, requestId }));
  }
}
