import { ImmediateRight } from '@tact/contracts';
import { assertNever } from '../signals/assert-never.ts';
import { secondLookRefusal } from '../four-eyes/second-person.ts';
import { kindOfProof, lackingProofs } from './assurance.ts';
import { mayRefuse } from './law-packs.ts';
import { dueDates, extendedDueDates, pausedDaysBetween } from './legal-calendar.ts';
import type {
  DataRequestCommand,
  DatedAct,
  ReceiveDataRequest,
  RequestRefusal,
} from './request-acts.ts';
import { type DataRequestEvent, evolveRequest, type RequestState } from './request-state.ts';
import { type RequestStepEvent, requestTable } from './request-states.ts';
import { rights } from './rights.ts';

type Refused = { readonly refused: RequestRefusal };
type Decision = readonly RequestStepEvent[] | Refused;
type Act<Kind extends DatedAct['kind']> = Extract<DatedAct, { kind: Kind }>;

const refuse = (refused: RequestRefusal): Refused => ({ refused });

const receive = (
  { now, receivedAt, request }: ReceiveDataRequest,
  state: RequestState | undefined,
): readonly DataRequestEvent[] | Refused => {
  if (receivedAt > now) return refuse('received-in-future');
  // A second copy of the same letter neither restarts nor moves the clock.
  if (state !== undefined) return [];
  const data = { ...request, receivedAt: receivedAt.toISOString(), ...dueDates(receivedAt) };
  const received = { type: 'DataRequestReceived', data } as const;
  const { requestId, right, channel, identities, purpose } = request;
  // Nobody decides on it and nobody is looked up first: it is told with its receipt.
  const immediate = ImmediateRight.safeParse(right).data;
  if (immediate === undefined) return [received];
  const narrowed = purpose === undefined ? {} : { purpose };
  const wish = {
    requestId,
    right: immediate,
    channel,
    identities,
    ...narrowed,
    at: data.receivedAt,
  };
  return [received, { type: 'ImmediateRightExercised', data: wish }];
};

const aboutOf = ({ requestId }: RequestState, { now }: { readonly now: Date }) => ({
  requestId,
  at: now.toISOString(),
});

const verified = (
  state: RequestState,
  act: DatedAct,
  contactIds: readonly string[],
): RequestStepEvent => ({
  type: 'DataRequestVerified',
  data: { ...aboutOf(state, act), right: state.right, contactIds: [...contactIds] },
});

const resolve = (state: RequestState, act: Act<'resolve'>): Decision => {
  // Whoever looks again finds what was found.
  if (state.contactIds !== undefined) return [];
  const contactIds = [...act.contactIds];
  const data = { ...aboutOf(state, act), contactIds };
  const resolved = { type: 'DataRequestResolved', data } as const;
  return rights[state.right].assurance === 'channel'
    ? [resolved, verified(state, act, contactIds)]
    : [resolved];
};

const prove = (state: RequestState, act: Act<'prove'>): Decision => {
  const { contactIds, right, proofs } = state;
  if (contactIds === undefined) return refuse('not-now');
  // Who proves the one is not shown the other.
  if (contactIds.length > 1) return refuse('several-people');
  const { proof, now, verifiedAt } = act;
  const kind = kindOfProof(proof);
  if (proofs.includes(kind)) return [];
  const proven = { type: 'DataRequestProven', data: { ...aboutOf(state, act), proof } } as const;
  const lacking = lackingProofs({ right, proofs: [...proofs, kind], verifiedAt, now });
  if (lacking > 0) return [proven];
  // The doubt that suspended the clock is gone with this proof.
  const resumed = state.state === 'paused' ? [resumedBy(state, act)] : [];
  return [proven, ...resumed, verified(state, act, contactIds)];
};

const isLate = ({ legalDue }: RequestState, { now }: DatedAct): boolean =>
  now.getTime() > Date.parse(legalDue);

const pause = (state: RequestState, act: Act<'pause'>): Decision => {
  // What takes effect as it is heard waits for nothing.
  if (rights[state.right].effect === 'stops') return refuse('not-now');
  // A date that has passed is not given back.
  if (isLate(state, act)) return refuse('due-passed');
  const { justification } = act;
  return [{ type: 'DataRequestPaused', data: { ...aboutOf(state, act), justification } }];
};

const resumedBy = (state: RequestState, act: DatedAct): RequestStepEvent => {
  const { receivedAt, isExtended, pausedAt = act.now } = state;
  const pausedDays = pausedDaysBetween(pausedAt, act.now);
  const allDays = state.pausedDays + pausedDays;
  const due = isExtended
    ? extendedDueDates(receivedAt, allDays)
    : dueDates(receivedAt, undefined, allDays);
  return { type: 'DataRequestResumed', data: { ...aboutOf(state, act), ...due, pausedDays } };
};

const extend = (state: RequestState, act: Act<'extend'>): Decision => {
  if (rights[state.right].effect === 'stops') return refuse('not-now');
  if (state.isExtended) return refuse('extended-before');
  if (isLate(state, act)) return refuse('due-passed');
  const due = extendedDueDates(state.receivedAt, state.pausedDays);
  const { justification } = act;
  return [{ type: 'DataRequestExtended', data: { ...aboutOf(state, act), ...due, justification } }];
};

const proposeRefusal = (state: RequestState, act: Act<'propose-refusal'>): Decision => {
  const { ground, evidence, complaint, proposedBy } = act;
  if (!mayRefuse(state, ground)) return refuse('no-ground');
  const proposal = { ground, evidence, complaint, proposedBy };
  return [{ type: 'DataRequestRefusalProposed', data: { ...aboutOf(state, act), ...proposal } }];
};

const refuseRequest = (state: RequestState, act: Act<'refuse'>): Decision => {
  const { proposal } = state;
  if (proposal === undefined) return refuse('nothing-proposed');
  const { proposedBy, ground } = proposal;
  const { approvedBy, hasStaff, proposedAt, now } = act;
  const why = secondLookRefusal({
    proposedBy,
    approvedBy,
    hasStaff,
    proposedAt: proposal.at,
    now: now.toISOString(),
    content: { proposed: proposal.at, seen: proposedAt },
  });
  if (why !== undefined) return refuse(why);
  return [{ type: 'DataRequestRefused', data: { ...aboutOf(state, act), ground, approvedBy } }];
};

/** What takes effect as it is heard is ended by a person where it could not be heard of all whom it names. */
const mayEnd = (state: RequestState, { by }: Act<'complete' | 'lack'>): boolean => {
  const { carriedOut } = rights[state.right];
  return by === carriedOut || (carriedOut === 'at-once' && by === 'person');
};

const end = (state: RequestState, act: Act<'complete' | 'lack'>): Decision => {
  if (!mayEnd(state, act)) return refuse('not-yours');
  const about = aboutOf(state, act);
  if (act.kind === 'lack') {
    return [{ type: 'DataRequestLacking', data: { ...about, justification: act.justification } }];
  }
  const said = act.justification === undefined ? {} : { justification: act.justification };
  return [{ type: 'DataRequestCompleted', data: { ...about, ...said } }];
};

const actOn = (state: RequestState, act: DatedAct): Decision => {
  const about = aboutOf(state, act);
  switch (act.kind) {
    case 'resolve':
      return resolve(state, act);
    case 'send-code': {
      const { codeId, channel, expiresAt } = act;
      const sent = { codeId, channel, expiresAt: expiresAt.toISOString() };
      return [{ type: 'DataRequestCodeSent', data: { ...about, ...sent } }];
    }
    case 'miss-code': {
      const { codeId, attempt, isClosed } = act;
      return [{ type: 'DataRequestCodeMissed', data: { ...about, codeId, attempt, isClosed } }];
    }
    case 'prove':
      return prove(state, act);
    case 'start': {
      const { right, contactIds = [] } = state;
      return [
        { type: 'DataRequestStarted', data: { ...about, right, contactIds: [...contactIds] } },
      ];
    }
    case 'pause':
      return pause(state, act);
    case 'resume':
      return [resumedBy(state, act)];
    case 'extend':
      return extend(state, act);
    case 'propose-refusal':
      return proposeRefusal(state, act);
    case 'refuse':
      return refuseRequest(state, act);
    case 'cancel':
      return [{ type: 'DataRequestCancelled', data: about }];
    case 'complete':
    case 'lack':
      return end(state, act);
    default:
      return assertNever(act);
  }
};

/** The file of one data request. */
export const dataRequest = {
  initial: (): RequestState | undefined => undefined,

  evolve: evolveRequest,

  decide(
    command: DataRequestCommand,
    state: RequestState | undefined,
  ): readonly DataRequestEvent[] | Refused {
    if (command.kind === 'receive') return receive(command, state);
    if (state === undefined) return refuse('unknown');
    const decision = actOn(state, command);
    if ('refused' in decision) return decision;
    // The table has the last word on each event, in the state that the one before it left.
    let after: RequestState | undefined = state;
    for (const event of decision) {
      if (after === undefined || requestTable[after.state][event.type] === null) {
        return refuse('not-now');
      }
      after = evolveRequest(after, event);
    }
    return decision;
  },
};
