import { Injectable } from '@nestjs/common';
import {
  commandsOf,
  dataRequest,
  type DataRequestCommand,
  type DataRequestEvent,
  type ReceiveDataRequest,
  type RequestAct,
  type RequestRefusal,
  type RequestState,
} from '@tact/domain';
import {
  ADVISORY_CLASS,
  Clock,
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

type Said = { readonly command: DataRequestCommand; readonly commandId: string | undefined };
type StoredEvent = Awaited<ReturnType<EventStore['load']>>['events'][number];
export type History = { readonly state: RequestState; readonly events: readonly StoredEvent[] };

/**
 * The one way in which anything is done about a request: one at a time, and what follows from it by the decision table is
 * done in its transaction, so that it happens if and only if the event does.
 */
@Injectable()
export class DataRequests {
  constructor(
    private readonly store: EventStore,
    private readonly effects: RequestEffects,
    private readonly clock: Clock,
  ) {}

  /** A transaction for who has none at hand; readers of the events hear of its commit. */
  within<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.store.transaction(work);
  }

  /** Opens the file of a request, or finds the one that was opened by the same command. */
  receive(
    asked: Asked,
    command: ReceiveDataRequest,
    commandId: string | undefined,
  ): Promise<Decided | RequestRefusal> {
    return this.within((tx) => this.#decide(tx, asked, { command, commandId }));
  }

  /** Does something about a request now; 404 where there is none of this tenant. The refusal is the caller's to word. */
  async actIn(
    tx: Queryable,
    asked: Asked,
    act: RequestAct,
    commandId?: string,
  ): Promise<Decided | RequestRefusal> {
    const command = { ...act, now: this.clock.now() };
    return await this.#decide(tx, asked, { command, commandId });
  }

  /** Where a request stands; nobody else acts on it until the caller's transaction ends. */
  async lockedIn(tx: Queryable, asked: Asked): Promise<RequestState> {
    await lock(tx, asked);
    return (await this.historyIn(tx, asked)).state;
  }

  /** All that happened to a request and where it stands, of one look. */
  async historyIn(tx: Queryable, asked: Asked): Promise<History> {
    const { state, rows } = await this.#folded(tx, asked);
    assertOf(rows, asked.tenantId);
    if (state === undefined) throw new ProblemError('not-found');
    return { state, events: rows.map(({ event }) => event) };
  }

  #folded(tx: Queryable, { requestId }: Asked) {
    return this.store.foldIn(tx, dataRequest, { stream: streamOf(requestId) });
  }

  async #decide(tx: Queryable, asked: Asked, { command, commandId }: Said) {
    const { tenantId, requestId } = asked;
    await lock(tx, asked);
    const folded = await this.#folded(tx, asked);
    if (command.kind !== 'receive') assertOf(folded.rows, tenantId);
    const decided = await this.store.transactIn(tx, dataRequest, folded, {
      command,
      commandId: commandId ?? newEventId(),
      context: { tenantId, subject: requestId },
    });
    // A decider of requests refuses by its own words.
    if ('refused' in decided) return decided.refused as RequestRefusal;
    const { events, position, state, duplicate } = decided;
    if (state === undefined) throw new ProblemError('not-found');
    if (duplicate) return { state, events, position };
    const stands = await this.#follow(tx, asked, { from: folded.state, events });
    return { state: stands ?? state, events, position };
  }

  /** What follows each event, in its order. Where the request was acted on again by it: how it stands behind that. */
  async #follow(
    tx: Queryable,
    asked: Asked,
    { from, events }: { from: RequestState | undefined; events: readonly DataRequestEvent[] },
  ): Promise<RequestState | undefined> {
    let state = from;
    let stands: RequestState | undefined;
    for (const event of events) {
      const commands = commandsOf(state, event);
      state = dataRequest.evolve(state, event);
      if (state === undefined) throw new Error(`${event.type} came upon no request`);
      const happened = { tenantId: asked.tenantId, state, event };
      await this.effects.noteIn(tx, happened);
      for (const command of commands) {
        const next = await this.effects.run(tx, command, happened);
        const acted = next && (await this.actIn(tx, asked, next));
        if (typeof acted === 'object') stands = acted.state;
      }
    }
    return stands;
  }
}

const lock = async (tx: Queryable, { requestId }: Asked): Promise<void> => {
  await tx.query(`SELECT pg_advisory_xact_lock(${ADVISORY_CLASS}, hashtext($1))`, [
    `data-request ${requestId}`,
  ]);
};

type Rows = readonly { readonly event: { readonly tenantid: string } }[];

/** Another tenant’s request is not there, exactly like one that nobody made. */
const assertOf = (rows: Rows, tenantId: string): void => {
  if (rows[0]?.event.tenantid !== tenantId) throw new ProblemError('not-found');
};
