import { Injectable } from '@nestjs/common';
import {
  commandsOf,
  dataRequest,
  type DataRequestCommand,
  type DataRequestEvent,
  type RequestRefusal,
  type RequestState,
} from '@tact/domain';
import {
  ADVISORY_CLASS,
  EventStore,
  newEventId,
  ProblemError,
  type Queryable,
} from '@tact/platform';
import { RequestEffects } from './request-effects.ts';
import { type Asked, streamOf } from './request-stream.ts';

/** What was decided on a request, and where it stands. */
export type Decided = {
  readonly state: RequestState;
  readonly events: readonly DataRequestEvent[];
  readonly position: number;
};

/**
 * The one way in which anything is done about a request: one at a time, and what follows from it by the decision table is
 * done in its transaction, so that it happens if and only if the event does.
 */
@Injectable()
export class DataRequests {
  constructor(
    private readonly store: EventStore,
    private readonly effects: RequestEffects,
  ) {}

  /** In a transaction of its own; the refusal is the caller's to word. */
  act(
    asked: Asked,
    command: DataRequestCommand,
    commandId?: string,
  ): Promise<Decided | RequestRefusal> {
    return this.store.transaction((tx) => this.actIn(tx, asked, { command, commandId }));
  }

  /** 404 where there is no such request of this tenant. */
  async actIn(
    tx: Queryable,
    asked: Asked,
    {
      command,
      commandId,
    }: { readonly command: DataRequestCommand; readonly commandId?: string | undefined },
  ): Promise<Decided | RequestRefusal> {
    const { tenantId, requestId } = asked;
    const folded = await this.#folded(tx, asked);
    if (command.kind !== 'receive') assertOf(folded.rows, tenantId);
    const decided = await this.store.transactIn(tx, dataRequest, folded, {
      command,
      commandId: commandId ?? newEventId(),
      context: { tenantId, subject: requestId },
    });
    // A decider of requests refuses by its own words.
    if ('refused' in decided) return decided.refused as RequestRefusal;
    const { events, position } = decided;
    if (decided.state === undefined) throw new ProblemError('not-found');
    if (decided.duplicate) return { state: decided.state, events, position };
    const state = await this.#follow(tx, asked, { from: folded.state, events });
    return { state, events, position };
  }

  /** Where a request stands, as the caller's transaction sees it; nobody else acts on it until that ends. */
  async stateIn(tx: Queryable, asked: Asked): Promise<RequestState> {
    const { state, rows } = await this.#folded(tx, asked);
    assertOf(rows, asked.tenantId);
    if (state === undefined) throw new ProblemError('not-found');
    return state;
  }

  async #folded(tx: Queryable, { requestId }: Asked) {
    await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext($1))`, [
      `data-request ${requestId}`,
    ]);
    return this.store.foldIn(tx, dataRequest, { stream: streamOf(requestId) });
  }

  /** What follows each event, in its order; a command of it may act on the request again. */
  async #follow(
    tx: Queryable,
    asked: Asked,
    { from, events }: { from: RequestState | undefined; events: readonly DataRequestEvent[] },
  ): Promise<RequestState> {
    let state = from;
    let last: Decided | undefined;
    for (const event of events) {
      const commands = commandsOf(state, event);
      state = dataRequest.evolve(state, event);
      if (state === undefined) throw new Error(`${event.type} came upon no request`);
      await this.effects.noteIn(tx, { tenantId: asked.tenantId, state, event });
      for (const command of commands) {
        const next = await this.effects.run(tx, command, { ...asked, state, event });
        if (next === undefined) continue;
        const acted = await this.actIn(tx, asked, { command: next });
        if (typeof acted === 'object') last = acted;
      }
    }
    const stands = last?.state ?? state;
    if (stands === undefined) throw new Error('nothing was decided on a request');
    return stands;
  }
}

type Rows = readonly { readonly event: { readonly tenantid: string } }[];

/** Another tenant’s request is not there, exactly like one that nobody made. */
const assertOf = (rows: Rows, tenantId: string): void => {
  if (rows[0]?.event.tenantid !== tenantId) throw new ProblemError('not-found');
};
