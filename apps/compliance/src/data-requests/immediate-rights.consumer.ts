import { Injectable } from '@nestjs/common';
import { type Reading, typesRead } from '@tact/contracts';
import { type ConsumedEvent, type Consumer, type Queryable } from '@tact/platform';
import { DataRequests } from './data-requests.ts';
import { ResolveRequest } from './resolve-request.ts';
import type { Asked } from './request-stream.ts';

const reading = {
  RefusalReceived: false,
  ResumptionReceived: false,
  WithdrawalDeclared: false,
  ObjectionHeard: false,
  ContactsMerged: false,
  ContactsSplit: false,
  ImmediateRightHeeded: true,
} as const satisfies Reading<'wishes.v1'>;

const types = typesRead(reading);
type Type = (typeof types)[number];

/** What a request asked for at once is recorded by who knows people: it is done, once its file says whom it is about. */
@Injectable()
export class ImmediateRightsConsumer implements Consumer<Type> {
  readonly group = 'compliance.immediate-rights';
  readonly topics = ['wishes.v1'];
  readonly types = types;

  constructor(
    private readonly requests: DataRequests,
    private readonly resolving: ResolveRequest,
  ) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    const heeded = events.map(({ tenantid: tenantId, data: { requestId } }) => ({
      tenantId,
      requestId,
    }));
    // In one order, so that two transactions of many requests do not wait for each other.
    const inOrder = heeded.toSorted((one, other) => (one.requestId < other.requestId ? -1 : 1));
    for (const asked of inOrder) await this.#end(tx, asked);
  }

  /** What was heeded waits for no turn: it is done already. What cannot be done any more was ended another way. */
  async #end(tx: Queryable, asked: Asked): Promise<void> {
    await this.resolving.run(tx, asked);
    await this.requests.actIn(tx, asked, { kind: 'start' });
    await this.requests.actIn(tx, asked, { kind: 'complete', by: 'at-once' });
  }
}
