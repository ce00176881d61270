import { randomBytes } from 'node:crypto';
import { exampleProof } from '@tact/contracts';

export type Person = { phone: string; bsuid: string };

/** An invented person of the numbers kept for fiction. */
export const inventedPerson = (nth: number): Person => ({
  phone: `+3363998${String(1000 + nth).padStart(4, '0')}`,
  bsuid: `FR.9${String(100_000_000_000_000 + nth)}`,
});

/** A wamid as WhatsApp writes them: base64 of bytes that hold the customer's number. */
export const wamidFor = ({ phone }: Person): string => {
  const number = phone.slice(1);
  const head = Buffer.from([0x1c, 0x18, number.length]);
  const tail = Buffer.concat([Buffer.from([0x15, 0x02, 0x00, 0x11]), randomBytes(12)]);
  return `wamid.${Buffer.concat([head, Buffer.from(number, 'ascii'), tail]).toString('base64')}`;
};

type Status = 'sent' | 'delivered' | 'read' | 'failed';

/** A webhook with one status, as Meta sends it. `at` in seconds since the epoch. */
export const statusWebhook = (
  wabaId: string,
  person: Person,
  fact: { wamid: string; status: Status; at: number; code?: number },
) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: wabaId,
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: '33199000010', phone_number_id: '990020000000201' },
            contacts: [{ wa_id: person.phone.slice(1), user_id: person.bsuid }],
            statuses: [
              {
                id: fact.wamid,
                status: fact.status,
                timestamp: String(fact.at),
                recipient_id: person.phone.slice(1),
                recipient_user_id: person.bsuid,
                ...(fact.code === undefined ? {} : { errors: [{ code: fact.code }] }),
              },
            ],
          },
        },
      ],
    },
  ],
});

/** A webhook with the word of somebody who wants to be left alone, said now. */
export const stopWebhook = (wabaId: string, { phone, bsuid }: Person) => {
  const from = phone.slice(1);
  const message = {
    id: `wamid.${randomBytes(16).toString('base64')}`,
    from,
    from_user_id: bsuid,
    timestamp: String(Math.floor(Date.now() / 1000)),
    type: 'text',
    text: { body: 'STOP' },
  };
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '33199000010', phone_number_id: '990020000000201' },
    contacts: [{ wa_id: from, user_id: bsuid }],
    messages: [message],
  };
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: wabaId, changes: [{ field: 'messages', value }] }],
  };
};

/** Registration of a person who agreed to the analysis of signals. */
export const registration = (person: Person) => ({
  identities: person,
  timeZone: 'Europe/Paris',
  language: 'fr',
  consents: (['signal-analysis', 'marketing'] as const).map((purpose) => ({
    purpose,
    channel: 'whatsapp',
    state: 'given',
    at: '2026-01-05T09:00:00.000Z',
    proof: exampleProof,
  })),
});
