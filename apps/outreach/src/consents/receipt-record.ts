import type { Channel, ConsentMethod, ConsentRecord, LawfulBasis, Purpose } from '@tact/contracts';
import type { RecordedConsent } from './recorded-consents.ts';

/** What a business said of itself when a consent was recorded. */
export type Statement = {
  readonly name: string;
  readonly country?: string | undefined;
  readonly lawfulBasis: Readonly<Record<Purpose, LawfulBasis>>;
};

type EventType = ConsentRecord['event']['event_type'];

/** An express statement of the person is explicit; of what nobody described, no more is said than that it was given. */
const eventTypes: Readonly<Record<ConsentMethod, EventType>> = {
  'double-opt-in': 'explicit-consent',
  paper: 'explicit-consent',
  'recorded-call': 'explicit-consent',
  form: 'expressed-consent',
  other: 'consent',
};

/** Who receives what is sent on a channel, beside the staff and the processors. */
const carriers: Readonly<Record<Channel, string>> = {
  whatsapp: 'whatsapp-ireland-limited',
  email: 'e-mail-provider',
  phone: 'telephone-operator',
  post: 'postal-operator',
  social: 'social-network-operator',
};

/** How the person leaves again where messages of the channel come. */
const withdrawals: Readonly<Record<Channel, readonly string[]>> = {
  whatsapp: ['stop-on-whatsapp', 'in-writing'],
  email: ['link-in-mail', 'in-writing'],
  phone: ['in-writing'],
  post: ['in-writing'],
  social: ['in-writing'],
};

const withdrawalsOf = (channel: Channel, method: ConsentMethod | undefined): string[] => {
  // Who confirmed by mail was sent a way out with it.
  const known = [...(method === 'double-opt-in' ? ['link-in-mail'] : []), ...withdrawals[channel]];
  return [...new Set(known)];
};

const storage = 'relationship-and-5-years-restricted';

type Known = {
  readonly tenantId: string;
  readonly statement: Statement;
  readonly notice: ConsentRecord['privacy_notice'];
};

/** A consent in the fields of ISO/IEC TS 27560: what is known of it, and nothing beyond. */
export const receiptRecordOf = (
  { type, data }: Pick<RecordedConsent, 'type' | 'data'>,
  { tenantId, statement, notice }: Known,
): ConsentRecord => {
  const { contactId, consentId, purpose, channel, at, proof } = data;
  const { method } = proof;
  const isGiven = type === 'ConsentGiven';
  const given: EventType = method === undefined ? 'consent' : eventTypes[method];
  return {
    schema_version: 'ISO/IEC TS 27560:2023',
    record_id: consentId,
    pii_principal_id: contactId,
    pii_controller: { id: tenantId, name: statement.name },
    ...(notice === undefined ? {} : { privacy_notice: notice }),
    purposes: [{ purpose, channel, lawful_basis: statement.lawfulBasis[purpose] }],
    recipients: ['staff-of-the-controller', carriers[channel], 'processors'],
    storage,
    ...(statement.country === undefined ? {} : { jurisdiction: statement.country }),
    withdrawal_method: withdrawalsOf(channel, method),
    event: {
      event_time: at,
      event_type: isGiven ? given : 'withdrawal',
      event_state: isGiven ? 'given' : 'withdrawn',
      ...(method === undefined ? {} : { method }),
    },
  };
};
