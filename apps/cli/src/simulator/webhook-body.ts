import type { SimulatedContact, SimulatedFact } from './simulate.ts';

/** Who receives the webhooks: WhatsApp's ids of the business account and of its number. */
export type Business = {
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly displayPhone: string;
};

export const fictionalBusiness = (wabaId: string): Business => ({
  wabaId,
  phoneNumberId: '990020000000201',
  displayPhone: '33199000010',
});

const errorTitles: Record<number, string> = {
  131026: 'Message undeliverable',
  131049: 'This message was not delivered to maintain healthy ecosystem engagement.',
  131050:
    'Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business',
};

const seconds = (at: number): number => Math.floor(at / 1000);

const statusOf = ({ phone, bsuid }: SimulatedContact, fact: SimulatedFact) => {
  const { kind: status, messageId: id, at, category, code } = fact;
  const common = { id, status, timestamp: String(seconds(at)), recipient_id: phone };
  if (code !== undefined) {
    const title = errorTitles[code] ?? 'Something went wrong';
    // As WhatsApp does: a failure to a phone names no user id and no contact.
    return { ...common, errors: [{ code, title, message: title }] };
  }
  const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category };
  return { ...common, recipient_user_id: bsuid, pricing };
};

const messageOf = ({ phone, bsuid }: SimulatedContact, { messageId, at }: SimulatedFact) => ({
  from: phone,
  from_user_id: bsuid,
  id: messageId,
  timestamp: String(seconds(at)),
  type: 'text',
  text: { body: 'Bonjour, merci pour votre message.' },
});

const preferenceOf = ({ phone, bsuid }: SimulatedContact, { at }: SimulatedFact) => ({
  wa_id: phone,
  user_id: bsuid,
  detail: 'User requested to stop marketing messages',
  category: 'marketing_messages',
  value: 'stop',
  timestamp: seconds(at),
});

const profileOf = ({ name, phone, bsuid }: SimulatedContact) => ({
  profile: { name },
  wa_id: phone,
  user_id: bsuid,
});

/** One webhook body as WhatsApp would post it, for facts of any number of people. */
export const toWebhookBody = (
  facts: readonly SimulatedFact[],
  { contacts, business }: { contacts: readonly SimulatedContact[]; business: Business },
): unknown => {
  const attributed = facts.flatMap((fact) => {
    const contact = contacts[fact.contactRef];
    return contact ? [{ contact, fact }] : [];
  });
  const change = (
    field: string,
    key: string,
    entries: { contact: SimulatedContact; item: unknown }[],
  ) => {
    if (entries.length === 0) return [];
    const people = new Set(entries.map(({ contact }) => contact));
    const metadata = {
      display_phone_number: business.displayPhone,
      phone_number_id: business.phoneNumberId,
    };
    const value = {
      messaging_product: 'whatsapp',
      metadata,
      contacts: [...people].map(profileOf),
      [key]: entries.map(({ item }) => item),
    };
    return [{ field, value }];
  };
  const of = (
    kinds: readonly SimulatedFact['kind'][],
    item: (contact: SimulatedContact, fact: SimulatedFact) => unknown,
  ) =>
    attributed
      .filter(({ fact }) => kinds.includes(fact.kind))
      .map(({ contact, fact }) => ({ contact, item: item(contact, fact) }));
  const changes = [
    ...change('messages', 'statuses', of(['sent', 'delivered', 'read', 'failed'], statusOf)),
    ...change('messages', 'messages', of(['inbound'], messageOf)),
    ...change('user_preferences', 'user_preferences', of(['opt-out'], preferenceOf)),
  ];
  return { object: 'whatsapp_business_account', entry: [{ id: business.wabaId, changes }] };
};
