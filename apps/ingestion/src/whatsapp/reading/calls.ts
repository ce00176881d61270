import type { SignalKind } from '@tact/contracts';
import { callEvidenceOf } from '@tact/domain';
import { z } from 'zod';
import {
  identitiesOf,
  isNamed,
  senderOf,
  type Observation,
  type Part,
  type Parts,
  type Place,
  type ReadValue,
  partsOf,
} from './parts.ts';
import { aggregateOf } from './sender.ts';
import { eachOf, Errors, Items, lenient, Text, Timestamp } from './schemas.ts';

const CallStatus = z.looseObject({
  id: z.string().min(1),
  status: z.string(),
  timestamp: Timestamp,
  recipient_id: Text,
  recipient_user_id: Text,
});
const Call = z.looseObject({
  id: z.string().min(1),
  event: z.string(),
  timestamp: Timestamp,
  direction: Text,
  status: Text,
  duration: lenient(z.number()),
  from: Text,
  from_user_id: Text,
  to: Text,
  to_user_id: Text,
  errors: Errors,
});
type Call = z.infer<typeof Call>;
const Calls = z.looseObject({ calls: Items, statuses: Items });

/** A phone that rings is on, and its owner did not block us. */
const kinds: Record<string, SignalKind> = {
  RINGING: 'call-rang',
  ACCEPTED: 'call-answered',
  REJECTED: 'call-rejected',
};

type Seen = {
  readonly kind: SignalKind;
  readonly identities: Observation['identities'];
  /** Seconds since the epoch. */
  readonly at: number;
  readonly factKey: readonly string[];
  readonly inboundType?: string;
};

const observed = ({ at, identities, ...seen }: Seen, place: Place): Part =>
  isNamed(identities)
    ? { about: 'person', ...senderOf(place), identities, occurredAt: at * 1000, ...seen }
    : 'person-not-named';

/**
 * How a call of ours ended, where that says something; RINGING on the same day outweighs a silent one. A code says
 * why a call failed: our permission, our limits or the network never tested the phone, and an unjudged code is neutral.
 */
const endOf = ({ event, status, duration, errors }: Call): SignalKind | undefined => {
  if (event !== 'terminate') return undefined;
  if ((duration ?? 0) > 0) return 'call-answered';
  const code = errors?.[0]?.code;
  if (code !== undefined)
    return callEvidenceOf(code) === 'against_block' ? 'call-answered' : undefined;
  return status === 'FAILED' ? 'call-not-ringing' : undefined;
};

const readCall = (call: Call, place: Place): Part => {
  const { id, event, timestamp: at } = call;
  const factKey = [id, event];
  if (call.direction === 'USER_INITIATED') {
    // The person called us: as good a sign as a message. How the call ended adds nothing.
    if (event !== 'connect') return 'call-without-evidence';
    const identities = identitiesOf({ phone: call.from, bsuid: call.from_user_id });
    const kind = 'inbound-message' as const;
    return observed({ kind, identities, at, factKey, inboundType: 'call' }, place);
  }
  // An answer to our offer (`connect`) is no ringing phone.
  const kind = endOf(call);
  if (kind === undefined) return 'call-without-evidence';
  const identities = identitiesOf({ phone: call.to, bsuid: call.to_user_id });
  return observed({ kind, identities, at, factKey }, place);
};

/** Field `calls`: one event a call id and status or event. */
export const readCalls: ReadValue = (value, place) => {
  const parsed = Calls.safeParse(value);
  if (!parsed.success) return ['value-unreadable'];
  return partsOf([
    ...eachOf(parsed.data.statuses, CallStatus, (status): Parts => {
      const kind = kinds[status.status];
      if (kind === undefined) return ['status-unknown'];
      const { recipient_id: phone, recipient_user_id: bsuid, timestamp: at } = status;
      const identities = identitiesOf({ phone, bsuid });
      return [observed({ kind, identities, at, factKey: [status.id, status.status] }, place)];
    }),
    ...eachOf(parsed.data.calls, Call, (call) => [
      readCall(call, place),
      ...aggregateOf(call.errors, { ...place, at: call.timestamp * 1000 }),
    ]),
  ]);
};
