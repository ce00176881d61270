import type { Identities } from '@tact/contracts';
import { z } from 'zod';

const Person = z.object({ wa_id: z.string().optional(), user_id: z.string().optional() });
const Value = z.object({
  contacts: z.array(Person).catch([]),
  statuses: z
    .array(
      z.object({
        recipient_id: z.string().optional(),
        recipient_user_id: z.string().optional(),
        recipient_type: z.string().optional(),
      }),
    )
    .catch([]),
  messages: z
    .array(z.object({ from: z.string().optional(), from_user_id: z.string().optional() }))
    .catch([]),
});
const Webhook = z.object({
  entry: z.array(
    z.object({
      changes: z
        .array(z.object({ value: Value.catch({ contacts: [], statuses: [], messages: [] }) }))
        .catch([]),
    }),
  ),
});

type Pair = readonly [phone: string | undefined, bsuid: string | undefined];

const pairsIn = (body: Uint8Array): Pair[] => {
  let parsed: z.infer<typeof Webhook>;
  try {
    parsed = Webhook.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    // A body that is broken on purpose names nobody.
    return [];
  }
  return parsed.entry
    .flatMap(({ changes }) => changes)
    .flatMap(({ value }): Pair[] => [
      ...value.contacts.map((one): Pair => [one.wa_id, one.user_id]),
      ...value.statuses
        .filter((one) => one.recipient_type !== 'group')
        .map((one): Pair => [one.recipient_id, one.recipient_user_id]),
      ...value.messages.map((one): Pair => [one.from, one.from_user_id]),
    ]);
};

/**
 * The people a corpus speaks of, each once. A number seen with a second user id (its owner changed) stays
 * with the first: registering the second pair too would be refused as a conflict, rightly.
 */
export const contactsNamed = (bodies: readonly Uint8Array[]): Identities[] => {
  const pairs = bodies
    .flatMap(pairsIn)
    .filter(([phone]) => phone === undefined || /^\d{6,15}$/.test(phone));
  // Those known under both names come first, so that a lone number does not become a person of its own.
  const ordered = [...pairs.filter(([phone, bsuid]) => phone && bsuid), ...pairs];
  const seen = new Set<string>();
  const contacts: Identities[] = [];
  for (const [phone, bsuid] of ordered) {
    const names = [phone, bsuid].filter((name) => name !== undefined);
    if (names.length === 0 || names.some((name) => seen.has(name))) continue;
    for (const name of names) seen.add(name);
    contacts.push({ ...(phone ? { phone: `+${phone}` } : {}), ...(bsuid ? { bsuid } : {}) });
  }
  return contacts;
};
