import { Injectable } from '@nestjs/common';
import type { DataRequestState } from '@tact/contracts';
import {
  type DataRequestEvent,
  isClosed,
  lackingProofs,
  type RequestState,
  rights,
} from '@tact/domain';
import { Clock, type Queryable } from '@tact/platform';
import { AddressesOnFile } from '../addresses/addresses-on-file.ts';
import { Claims } from './claims.ts';
import { DataRequests } from './data-requests.ts';
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

/** Steps that only the request of somebody who is known can have. */
const knownAlone: ReadonlySet<string> = new Set<DataRequestEvent['type']>([
  'DataRequestCodeSent',
  'DataRequestProven',
]);

type Looking = {
  /** Whoever decides on requests must know what is lacking, and may know who is known. */
  readonly mayDecide: boolean;
};

/**
 * What a member of staff must know to go on with a request. Nobody is looked up for it, nothing is written, and until it is
 * proven who asks it says the same of known, unknown and erased people to whoever may only pass requests on.
 */
@Injectable()
export class StandingRequests {
  constructor(
    private readonly requests: DataRequests,
    private readonly claims: Claims,
    private readonly addresses: AddressesOnFile,
    private readonly clock: Clock,
  ) {}

  of(asked: Asked, looking: Looking) {
    return this.requests.within(async (tx) => {
      const history = await this.requests.historyIn(tx, asked);
      const { state } = history;
      // A stream holds what its decider decided.
      const events = history.events as readonly unknown[] as readonly DataRequestEvent[];
      const { internalDue, legalDue, proposal } = state;
      const waits = proposal !== undefined && !isClosed[state.state];
      const isShown = looking.mayDecide || wasProven(state, events);
      return {
        state: state.state,
        status: state.state,
        internalDue,
        legalDue,
        steps: stepsOf(events, isShown ? undefined : knownAlone),
        ...(waits ? { refusal: { ground: proposal.ground, proposedAt: proposal.at } } : {}),
        ...(isShown ? this.#contactsOf(state) : {}),
        ...(looking.mayDecide && state.state === 'awaiting-verification'
          ? await this.#lackingIn(tx, asked.tenantId, state)
          : {}),
      };
    });
  }

  #contactsOf({ state, contactIds = [] }: RequestState) {
    return isProven[state] ? { contacts: contactIds.length } : {};
  }

  async #lackingIn(tx: Queryable, tenantId: string, state: RequestState) {
    const contactIds = await this.claims.contactsOf(tx, state.requestId);
    const verifiedAt = await this.addresses.provenOn(tx, tenantId, contactIds);
    const lacking = lackingProofs({ ...state, verifiedAt, now: this.clock.now() });
    const isOfSeveral = (state.contactIds ?? []).length > 1;
    return {
      ...(lacking > 0 ? { lackingProofs: lacking } : {}),
      ...(isOfSeveral ? { isOfSeveralPeople: true } : {}),
    };
  }
}

/** What takes the channel alone is verified of everybody, and proves nobody. */
const wasProven = ({ right }: RequestState, events: readonly DataRequestEvent[]): boolean =>
  rights[right].assurance !== 'channel' &&
  events.some(({ type }) => type === 'DataRequestVerified');
