import { assertNever, type ContactPolicyEvent, wishOf } from '@tact/domain';
import type { OwnEvent } from './own-events.ts';

type Own<Type extends OwnEvent['type']> = Extract<OwnEvent, { type: Type }>;

const consentOf = ({ data }: Own<'ConsentDeclared'>): ContactPolicyEvent => {
  const { state, ...consent } = data;
  const type = state === 'given' ? 'ConsentGiven' : 'ConsentWithdrawn';
  return { type, data: { ...consent, consentId: '' } };
};

/** A wish is an event of its own; here it is found again where it was told before it was. */
const wishOfSignal = ({ data }: Own<'SignalRecorded'>): readonly ContactPolicyEvent[] => {
  const wish = wishOf(data);
  const { contactId, occurredAt: at, origin } = data;
  if (wish === undefined) return [];
  const { scope } = wish;
  if (wish.asks === 'stop') {
    const { ground } = wish;
    return [{ type: 'ContactSuppressed', data: { contactId, scope, ground, at } }];
  }
  // What a file or a key says of a person's change of mind opens nothing.
  if (origin !== 'whatsapp-webhook') return [];
  const { ground } = wish;
  const lift = { contactId, scope, ground, channel: 'whatsapp', at } as const;
  return [{ type: 'SuppressionLifted', data: lift }];
};

/** What a fact of ingestion says to the contact policy: the same that outreach's ledger makes of it when it hears it. */
export const wordsOf = (event: OwnEvent): readonly ContactPolicyEvent[] => {
  switch (event.type) {
    case 'ConsentDeclared':
      return [consentOf(event)];
    case 'WithdrawalDeclared':
      return [{ type: 'ConsentWithdrawn', data: { ...event.data, consentId: '' } }];
    case 'ObjectionHeard':
      return [{ type: 'ContactSuppressed', data: event.data }];
    case 'RefusalReceived': {
      const { channel: _, ...refusal } = event.data;
      return [{ type: 'ContactSuppressed', data: refusal }];
    }
    case 'ResumptionReceived':
      return [{ type: 'SuppressionLifted', data: event.data }];
    case 'SignalRecorded':
      return wishOfSignal(event);
    case 'ContactRegistered':
    case 'ContactUpdated':
    case 'ContactLinked':
      return [];
    default:
      return assertNever(event);
  }
};
