import { Controller, Get, Param, Query as QueryString } from '@nestjs/common';
import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { AtLeast, DataRequestId, type DataRequestState, DataRequestView } from '@tact/contracts';
import { type DataRequestEvent, isClosed, lackingProofs } from '@tact/domain';
import {
  Answers,
  Clock,
  Describe,
  EventStore,
  ProblemError,
  ProjectionPosition,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { DataSource } from 'typeorm';
import { DataRequestTable } from './data-request.table.ts';
import { DataRequests } from './data-requests.ts';
import { RequestLetters } from './request-letters.ts';
import { stepsOf } from './request-steps.ts';
import { type Asked, streamOf } from './request-stream.ts';
import { summaryOf } from './request-summary.ts';

export class ShowDataRequest extends Query<DataRequestView> {
  constructor(
    readonly tenantId: string,
    readonly requestId: string,
    readonly atLeast: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(ShowDataRequest)
export class ShowDataRequestHandler implements IQueryHandler<ShowDataRequest> {
  constructor(
    private readonly rows: DataSource,
    private readonly readPosition: ProjectionPosition,
    private readonly store: EventStore,
    private readonly requests: DataRequests,
    private readonly letters: RequestLetters,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, requestId, atLeast }: ShowDataRequest): Promise<DataRequestView> {
    const position = await this.readPosition.reached('data-requests', atLeast);
    const row = await this.rows.getRepository(DataRequestTable).findOneBy({ tenantId, requestId });
    if (!row) throw new ProblemError('not-found');
    const { events } = await this.store.load(streamOf(requestId));
    return DataRequestView.parse({
      ...summaryOf(row),
      // A stream holds what its decider decided.
      steps: stepsOf(events as readonly unknown[] as readonly DataRequestEvent[]),
      ...(await this.#knownOf({ tenantId, requestId })),
      asOf: { position, at: this.clock.now().toISOString() },
    });
  }

  /** What a member of staff must know to go on; nothing of it is shown before it is proven who asks, but that it is not. */
  async #knownOf(asked: Asked) {
    const now = this.clock.now();
    return await this.store.transaction(async (tx) => {
      const state = await this.requests.stateIn(tx, asked);
      const { contactIds = [], proposal } = state;
      const isAsked = state.state === 'awaiting-verification';
      const to = isAsked
        ? await this.letters.addresseeOf(tx, { tenantId: asked.tenantId, state })
        : undefined;
      const lacking = isAsked ? lackingProofs({ ...state, verifiedAt: to?.verifiedAt, now }) : 0;
      const { state: stands, internalDue, legalDue } = state;
      return {
        // The row may be a moment behind what was decided; steps and state are of one look.
        state: stands,
        status: stands,
        internalDue,
        legalDue,
        ...(lacking > 0 ? { lackingProofs: lacking } : {}),
        ...(isAsked && contactIds.length > 1 ? { isOfSeveralPeople: true } : {}),
        ...(isProven[stands] ? { contacts: contactIds.length } : {}),
        ...(proposal !== undefined && !isClosed[stands]
          ? { refusal: { ground: proposal.ground, proposedAt: proposal.at } }
          : {}),
      };
    });
  }
}

/** Whether it is proven who asks, where nothing went another way. */
const isProven: Readonly<Record<DataRequestState, boolean>> = {
  received: false,
  'awaiting-verification': false,
  verified: true,
  'in-progress': true,
  paused: false,
  completed: true,
  incomplete: true,
  refused: false,
  cancelled: false,
};

@Controller('v1/data-requests')
export class ShowDataRequestController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':requestId')
  @RequireScope('data-requests:write')
  @Describe({
    operationId: 'showDataRequest',
    tag: 'Data requests',
    summary: 'Shows state, steps and due dates of a data request',
    description:
      'Another tenant’s id answers like a random one. It holds nothing that identifies the person.',
  })
  @Answers(DataRequestView, { description: 'The file.' })
  show(
    @Tenant() tenantId: string,
    @Param('requestId', { schema: DataRequestId }) requestId: string,
    @QueryString({ schema: AtLeast }) { atLeast }: AtLeast,
  ): Promise<DataRequestView> {
    return this.queries.execute(new ShowDataRequest(tenantId, requestId, atLeast));
  }
}
