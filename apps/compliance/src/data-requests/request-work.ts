import { Injectable } from '@nestjs/common';
import { type Job, type JobHandler, Jobs, type Queryable } from '@tact/platform';
import { Claims } from './claims.ts';
import { DataRequests } from './data-requests.ts';
import { DueAlerts } from './due-alerts.ts';
import { beginRequest, findPerson, type OfDue, type OfRequest, watchDue } from './request-jobs.ts';
import { ResolveRequest } from './resolve-request.ts';

/** Each holds the lock of its request, so two in one transaction could wait for two in another one. */
const ONE = 1;

/** Looks up whom a request is about: whoever asked has their answer, and nothing of it could tell them. */
@Injectable()
export class FindPersonWork implements JobHandler<OfRequest> {
  readonly kind = findPerson;
  readonly batchMax = ONE;

  constructor(private readonly resolving: ResolveRequest) {}

  async handle(tx: Queryable, jobs: readonly Job<OfRequest>[]): Promise<void> {
    for (const { payload } of jobs) await this.resolving.run(tx, payload);
  }
}

/** Begins a request when its turn has come; what waits for another one is scheduled again by the end of that. */
@Injectable()
export class BeginWork implements JobHandler<OfRequest> {
  readonly kind = beginRequest;
  readonly batchMax = ONE;

  constructor(
    private readonly requests: DataRequests,
    private readonly claims: Claims,
    private readonly jobs: Jobs,
  ) {}

  async handle(tx: Queryable, jobs: readonly Job<OfRequest>[]): Promise<void> {
    for (const { payload } of jobs) await this.#begin(tx, payload);
  }

  async #begin(tx: Queryable, payload: OfRequest): Promise<void> {
    const { tenantId } = payload;
    const state = await this.requests.lockedIn(tx, payload);
    if (state.state !== 'verified') return;
    const why = await this.claims.take(tx, { tenantId, state });
    if (why instanceof Date) {
      await this.jobs.schedule(tx, beginRequest, { payload, runAt: why });
    }
    if (why !== undefined) return;
    await this.requests.actIn(tx, payload, { kind: 'start' });
  }
}

/** Looks at the dates of a request. */
@Injectable()
export class WatchDueWork implements JobHandler<OfDue> {
  readonly kind = watchDue;
  readonly batchMax = ONE;

  constructor(
    private readonly requests: DataRequests,
    private readonly dueAlerts: DueAlerts,
  ) {}

  async handle(tx: Queryable, jobs: readonly Job<OfDue>[]): Promise<void> {
    for (const { payload } of jobs) {
      const state = await this.requests.lockedIn(tx, payload);
      // The date has moved, and what moved it scheduled a look of its own.
      if (state.internalDue !== payload.internalDue) continue;
      await this.dueAlerts.look(tx, payload, state);
    }
  }
}
