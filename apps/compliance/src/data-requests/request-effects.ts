import { Injectable } from '@nestjs/common';
import {
  assertNever,
  type DataRequestEvent,
  type RequestAct,
  type RequestCommand,
  type RequestState,
  rights,
} from '@tact/domain';
import { Jobs, type Queryable } from '@tact/platform';
import { Restrictions } from '../restrictions/restrictions.ts';
import { Claims } from './claims.ts';
import { beginRequest, findPerson, watchDue } from './request-jobs.ts';
import { RequestNotices } from './request-notices.ts';

type Of = {
  readonly tenantId: string;
  readonly state: RequestState;
  readonly event: DataRequestEvent;
};

/** What follows from the events of requests, in the transaction of each. */
@Injectable()
export class RequestEffects {
  constructor(
    private readonly jobs: Jobs,
    private readonly claims: Claims,
    private readonly restrictions: Restrictions,
    private readonly notices: RequestNotices,
  ) {}

  /** A request has its place as soon as it is known whom it is about. */
  async noteIn(tx: Queryable, { tenantId, state, event }: Of): Promise<void> {
    if (event.type === 'DataRequestResolved') await this.claims.note(tx, { tenantId, state }, null);
    if (event.type === 'DataRequestVerified') {
      await this.claims.note(tx, { tenantId, state }, new Date(event.data.at));
    }
  }

  /** What is to be decided on the request next, if anything is. */
  async run(tx: Queryable, command: RequestCommand, of: Of): Promise<RequestAct | undefined> {
    const { tenantId, state } = of;
    const { requestId } = state;
    const payload = { tenantId, requestId };
    switch (command) {
      case 'find-person':
        await this.jobs.schedule(tx, findPerson, { payload });
        return undefined;
      case 'begin':
        await this.jobs.schedule(tx, beginRequest, { payload });
        return undefined;
      case 'watch-due':
        await this.jobs.schedule(tx, watchDue, {
          payload: { ...payload, internalDue: state.internalDue },
        });
        return undefined;
      case 'settle-due':
        await this.notices.dueAlerts.settle(tx, { tenantId, requestId });
        return undefined;
      case 'release':
        await this.claims.release(tx, { tenantId, state });
        return undefined;
      case 'carry-out':
        return await this.#carryOut(tx, of);
      case 'tell-extension':
      case 'tell-refusal':
        await this.notices.letters.leave(tx, of);
        return undefined;
      default:
        return assertNever(command);
    }
  }

  /** Of the rights that this service carries out itself there is one; the others have their own. */
  async #carryOut(tx: Queryable, { tenantId, state }: Of): Promise<RequestAct | undefined> {
    const { requestId, right, contactIds = [] } = state;
    if (rights[right].carriedOut !== 'here') return undefined;
    const justification = `data request ${requestId}`;
    for (const contactId of contactIds) {
      await this.restrictions.restrict(tx, { tenantId, contactId }, { justification, requestId });
    }
    return { kind: 'complete', by: 'here' };
  }
}
