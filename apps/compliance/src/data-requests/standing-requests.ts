import { Injectable } from '@nestjs/common';
import type { DataRequestState } from '@tact/contracts';
import { type DataRequestEvent, isClosed, lackingProofs, type RequestState } from '@tact/domain';
import { Clock, type Queryable } from '@tact/platform';
import { DataRequests } from './data-requests.ts';
import { RequestLetters } from './request-letters.ts';
import { stepsOf } from './request-steps.ts';
import type { Asked } from './request-stream.ts';

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

/** What a member of staff must know to go on with a request. Whom it names is said once it is proven who asks. */
@Injectable()
export class StandingRequests {
  constructor(
    private readonly requests: DataRequests,
    private readonly letters: RequestLetters,
    private readonly clock: Clock,
  ) {}

  of(asked: Asked) {
    return this.requests.within(async (tx) => {
      const { state, events } = await this.requests.historyIn(tx, asked);
      const { internalDue, legalDue, contactIds = [], proposal } = state;
      const waits = proposal !== undefined && !isClosed[state.state];
      return {
        state: state.state,
        status: state.state,
        internalDue,
        legalDue,
        // A stream holds what its decider decided.
        steps: stepsOf(events as readonly unknown[] as readonly DataRequestEvent[]),
        ...(isProven[state.state] ? { contacts: contactIds.length } : {}),
        ...(waits ? { refusal: { ground: proposal.ground, proposedAt: proposal.at } } : {}),
        ...(state.state === 'awaiting-verification'
          ? await this.#lackingIn(tx, asked.tenantId, state)
          : {}),
      };
    });
  }

  async #lackingIn(tx: Queryable, tenantId: string, state: RequestState) {
    const to = await this.letters.addresseeOf(tx, { tenantId, state });
    const now = this.clock.now();
    const lacking = lackingProofs({ ...state, verifiedAt: to?.verifiedAt, now });
    const isOfSeveral = (state.contactIds ?? []).length > 1;
    return {
      ...(lacking > 0 ? { lackingProofs: lacking } : {}),
      ...(isOfSeveral ? { isOfSeveralPeople: true } : {}),
    };
  }
}
