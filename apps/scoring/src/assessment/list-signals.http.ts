import { Controller, Get, Param, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ContactId, SignalTimelinePage } from '@tact/contracts';
import { familyOf } from '@tact/domain';
import {
  Answers,
  Clock,
  Describe,
  Discloses,
  pageQuery,
  ProblemError,
  readCursor,
  RequireScope,
  RestrictedContacts,
  Tenant,
  writeCursor,
} from '@tact/platform';
import { z } from 'zod';
import { Facts, type OpenedSignal } from '../facts/facts.ts';
import { AtLeast, ReadPosition } from '../facts/read-position.ts';

const ListQuery = z.strictObject({ atLeast: AtLeast, ...pageQuery });
type ListQuery = z.infer<typeof ListQuery>;

/** Where the page before ended. No time is in it: a cursor travels in the URL. */
const Place = z.tuple([z.int().positive()]);

/** What was observed of one contact, latest received first. */
export class ListSignals extends Query<SignalTimelinePage> {
  constructor(
    readonly tenantId: string,
    readonly contactId: string,
    readonly query: ListQuery,
  ) {
    super();
  }
}

const itemOf = ({ eventId, signal }: OpenedSignal): SignalTimelinePage['items'][number] => {
  const { contactId: _, ttlSeconds: __, ...reported } = signal;
  return { eventId, family: familyOf(signal.kind), ...reported };
};

@QueryHandler(ListSignals)
export class ListSignalsHandler implements IQueryHandler<ListSignals> {
  constructor(
    private readonly facts: Facts,
    private readonly readPosition: ReadPosition,
    private readonly clock: Clock,
    private readonly restricted: RestrictedContacts,
  ) {}

  async execute({ tenantId, contactId, query }: ListSignals): Promise<SignalTimelinePage> {
    const position = await this.readPosition.reached(query.atLeast);
    const { limit, cursor } = query;
    const [before] = cursor === undefined ? [] : readCursor(cursor, Place);
    const key = { tenantId, contactId };
    const { facts, signals, next } = await this.facts.page(key, { before, limit });
    // Behind the last item there is an empty page; of an erased person there is none at all.
    const isBehind = facts === 0 && before !== undefined;
    if (signals.length === 0 && !isBehind) throw new ProblemError('not-found');
    await this.restricted.assertFree(tenantId, contactId);
    return {
      items: signals.map(itemOf),
      ...(next === undefined ? {} : { nextCursor: writeCursor([next]) }),
      asOf: { position, at: this.clock.now().toISOString() },
    };
  }
}

@Controller('v1/contacts')
export class ListSignalsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':contactId/signals')
  @Discloses('signals')
  @RequireScope('scores:read')
  @Describe({
    operationId: 'listSignals',
    tag: 'Signals',
    summary: 'Lists what was observed of a contact',
    description:
      'Latest received first; `occurredAt` says when it happened. A contact without facts answers like a random id.',
    refuses: ['restricted'],
  })
  @Answers(SignalTimelinePage, { description: 'A page of the timeline.' })
  list(
    @Tenant() tenantId: string,
    @Param('contactId', { schema: ContactId }) contactId: string,
    @QueryString({ schema: ListQuery }) query: ListQuery,
  ): Promise<SignalTimelinePage> {
    return this.queries.execute(new ListSignals(tenantId, contactId, query));
  }
}
