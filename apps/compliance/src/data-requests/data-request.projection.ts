import { Injectable } from '@nestjs/common';
import type { DataRequestState, DataRight } from '@tact/contracts';
import { dataRequest, requestSteps, type RequestState } from '@tact/domain';
import type { ProjectedEvent, Projection, Queryable } from '@tact/platform';

const types = ['DataRequestReceived', ...requestSteps] as const;
type Type = (typeof types)[number];
type Received = Extract<ProjectedEvent<Type>, { type: 'DataRequestReceived' }>;
type Step = Exclude<ProjectedEvent<Type>, Received>;

type Row = {
  readonly right: DataRight;
  readonly status: DataRequestState;
  readonly pausedIn: DataRequestState | null;
  readonly receivedAt: Date;
  readonly internalDue: Date;
  readonly legalDue: Date;
  readonly extendedUntil: Date | null;
};

/** As far as the row knows it: what moves a state and its dates is in it, and nothing of proofs and people. */
const stateOf = (requestId: string, row: Row): RequestState => ({
  requestId,
  right: row.right,
  state: row.status,
  ...(row.pausedIn === null ? {} : { before: row.pausedIn }),
  receivedAt: row.receivedAt,
  internalDue: row.internalDue.toISOString(),
  legalDue: row.legalDue.toISOString(),
  isExtended: row.extendedUntil !== null,
  pausedDays: 0,
  proofs: [],
});

/** Writes the file of each data request, from compliance's own events. */
@Injectable()
export class DataRequestProjection implements Projection<Type> {
  readonly name = 'data-requests';
  readonly version = 2;
  readonly types = types;
  readonly tables = ['data_requests'];

  async handle(tx: Queryable, events: readonly ProjectedEvent<Type>[]): Promise<void> {
    for (const event of events) {
      if (event.type === 'DataRequestReceived') await this.#receive(tx, event);
      else await this.#step(tx, event);
    }
  }

  async #receive(tx: Queryable, { tenantid, data }: Received): Promise<void> {
    const { requestId, right, channel, receivedAt, internalDue, legalDue } = data;
    await tx.query(
      `INSERT INTO data_requests
         (request_id, tenant_id, "right", channel, status, received_at, internal_due, legal_due)
       VALUES ($1, $2, $3, $4, 'received', $5, $6, $7)
       ON CONFLICT (request_id) DO NOTHING`,
      [requestId, tenantid, right, channel, receivedAt, internalDue, legalDue],
    );
  }

  async #step(tx: Queryable, event: Step): Promise<void> {
    const { requestId } = event.data;
    const [row] = await tx.query<Row>(
      `SELECT "right", status, paused_in AS "pausedIn", received_at AS "receivedAt",
              internal_due AS "internalDue", legal_due AS "legalDue", extended_until AS "extendedUntil"
         FROM data_requests WHERE request_id = $1`,
      [requestId],
      'data_request_row',
    );
    if (row === undefined) throw new Error(`${event.type} came upon no row of a request`);
    const { type, data } = event;
    const state = dataRequest.evolve(stateOf(requestId, row), { type, data } as Step);
    if (state === undefined) throw new Error(`${event.type} left no request`);
    await tx.query(
      `UPDATE data_requests SET status = $2, paused_in = $3, internal_due = $4, legal_due = $5,
         extended_until = $6 WHERE request_id = $1`,
      [
        requestId,
        state.state,
        state.before ?? null,
        state.internalDue,
        state.legalDue,
        state.isExtended ? state.legalDue : null,
      ],
      'move_data_request_row',
    );
  }
}
