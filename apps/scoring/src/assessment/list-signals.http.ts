import { Controller, Get, Param, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { ContactId, SignalTimelinePage } from '@tact/contracts';
import { familyOf } from '@tact/domain';
import {
  Answers,
  Clock,
  Describe,
  pageQuery,
  ProblemError,
  readCursor,
  RequireScope,
  Tenant,
  writeCursor,
} from '@tact/platform';
import { z } from 'zod';
import { Facts, type OpenedSignal } from '../facts/facts.ts';
import { AtLeast, Stand } from '../facts/read-position.ts';

const Wanted = z.strictObject({ atLeast: AtLeast, ...pageQuery });
type Wanted = z.infer<typeof Wanted>;

/** The last item of the page before. No time is in it: a cursor travels in the URL. */
const Place = z.tuple([z.uuid()]);

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

const itemOf = ({ eventId, signal }: OpenedSignal): SignalTimelinePage['items'][number] => {
  const { contactId: _, ttlSeconds: __, ...told } = signal;
  return { eventId, family: familyOf(signal.kind), ...told };
};

@QueryHandler(ListSignals)
export class ListSignalsHandler implements IQueryHandler<ListSignals> {
  constructor(
    private readonly facts: Facts,
    private readonly stand: Stand,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, contactId, wanted }: ListSignals): Promise<SignalTimelinePage> {
    const position = await this.stand.reached(wanted.atLeast);
    const known = await this.facts.timeline({ tenantId, contactId });
    if (known.length === 0) throw new ProblemError('not-found');
    const from = startOf(known, wanted.cursor);
    const page = known.slice(from, from + wanted.limit);
    const last = page.at(-1);
    return {
      items: page.map(itemOf),
      ...(last !== undefined && from + page.length < known.length
        ? { nextCursor: writeCursor([last.eventId]) }
        : {}),
      asOf: { position, at: this.clock.now().toISOString() },
    };
  }
}

/** After the item the cursor names, wherever newer facts have moved it. */
const startOf = (known: readonly OpenedSignal[], cursor: string | undefined): number => {
  if (cursor === undefined) return 0;
  const [eventId] = readCursor(cursor, Place);
  return known.findIndex((one) => one.eventId === eventId) + 1;
};

@Controller('v1/contacts')
export class ListSignalsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':contactId/signals')
  @RequireScope('scores:read')
  @Describe({
    operationId: 'listSignals',
    tag: 'Signals',
    summary: 'Lists what was observed of a contact',
    description:
      'Latest first, by the time it happened. A contact without facts answers like a random id.',
  })
  @Answers(SignalTimelinePage, { description: 'A page of the timeline.' })
  list(
    @Tenant() tenantId: string,
    @Param('contactId', { schema: ContactId }) contactId: string,
    @QueryString({ schema: Wanted }) wanted: Wanted,
  ): Promise<SignalTimelinePage> {
    return this.queries.execute(new ListSignals(tenantId, contactId, wanted));
  }
}
