import { Controller, Get, Param, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ContactId, SignalTimelinePage, signalKindFamilies } from '@tact/contracts';
import {
  Answers,
  Clock,
  pageQuery,
  ProblemError,
  readCursor,
  RequireScope,
  Tenant,
  writeCursor,
} from '@tact/platform';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { type SignalRow, SignalTable } from '../signal.table.ts';
import { AtLeast, Stand } from '../stand.ts';

const Wanted = z.strictObject({ atLeast: AtLeast, ...pageQuery });
type Wanted = z.infer<typeof Wanted>;

const Place = z.tuple([z.iso.datetime(), z.uuid()]);

/** What was observed of one contact, latest first. */
export class ListSignals extends Query<SignalTimelinePage> {
  constructor(
    readonly tenantId: string,
    readonly contactId: string,
    readonly wanted: Wanted,
  ) {
    super();
  }
}

const itemOf = (row: SignalRow): SignalTimelinePage['items'][number] => {
  const { eventId, kind, occurredAt, origin } = row;
  const { messageRef, sender, code, messageCategory, inboundType } = row;
  return {
    ...{ eventId, kind, family: signalKindFamilies[kind] },
    ...{ occurredAt: occurredAt.toISOString(), origin },
    ...(messageRef === null ? {} : { messageRef }),
    ...(sender === null ? {} : { sender }),
    ...(code === null ? {} : { code }),
    ...(messageCategory === null ? {} : { messageCategory }),
    ...(inboundType === null ? {} : { inboundType }),
  };
};

@QueryHandler(ListSignals)
export class ListSignalsHandler implements IQueryHandler<ListSignals> {
  constructor(
    private readonly rows: DataSource,
    private readonly stand: Stand,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, contactId, wanted }: ListSignals): Promise<SignalTimelinePage> {
    const position = await this.stand.reached(wanted.atLeast);
    const found = await this.find({ tenantId, contactId }, wanted);
    if (found.length === 0 && wanted.cursor === undefined) throw new ProblemError('not-found');
    const page = found.slice(0, wanted.limit);
    const last = page.at(-1);
    return {
      items: page.map(itemOf),
      ...(last !== undefined && found.length > page.length
        ? { nextCursor: writeCursor([last.occurredAt.toISOString(), last.eventId]) }
        : {}),
      asOf: { position, at: this.clock.now().toISOString() },
    };
  }

  private find(
    whose: Pick<SignalRow, 'tenantId' | 'contactId'>,
    { limit, cursor }: Wanted,
  ): Promise<SignalRow[]> {
    const select = this.rows
      .getRepository(SignalTable)
      .createQueryBuilder('row')
      .where('row.tenantId = :tenantId AND row.contactId = :contactId', whose)
      .orderBy('row.occurredAt', 'DESC')
      .addOrderBy('row.eventId', 'DESC')
      .limit(limit + 1);
    if (cursor !== undefined) {
      const [occurredAt, eventId] = readCursor(cursor, Place);
      select.andWhere('(row.occurredAt, row.eventId) < (:occurredAt, :eventId)', {
        occurredAt,
        eventId,
      });
    }
    return select.getMany();
  }
}

@Controller('v1/contacts')
export class ListSignalsController {
  constructor(private readonly queries: QueryBus) {}

  /** `GET /v1/contacts/{contactId}/signals?limit=&cursor=`; 404 for a contact without facts. */
  @Get(':contactId/signals')
  @RequireScope('scores:read')
  @Answers(SignalTimelinePage)
  list(
    @Tenant() tenantId: string,
    @Param('contactId', { schema: ContactId }) contactId: string,
    @QueryString({ schema: Wanted }) wanted: Wanted,
  ): Promise<SignalTimelinePage> {
    return this.queries.execute(new ListSignals(tenantId, contactId, wanted));
  }
}
