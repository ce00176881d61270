import type { Needle, NeedleKind } from '@tact/contracts';

/** What of a webhook is the business's own or Meta's: none of it is a person. */
const impersonal = new Set([
  'errors',
  'metadata',
  'referral',
  'pricing',
  'conversation',
  'user_preferences',
  'expect',
]);

const phoneKeys = new Set([
  'wa_id',
  'from',
  'to',
  'recipient_id',
  'recipient_participant_id',
  'phone',
  'phone_number',
  'input',
]);
const nameKeys = new Set([
  'name',
  'formatted_name',
  'first_name',
  'full_name',
  'username',
  'address',
]);
const textKeys = new Set(['body', 'caption', 'text', 'payload', 'description', 'detail']);

const kindOf = (key: string, value: string): NeedleKind | undefined => {
  if (/^wa[mc]id\./.test(value)) return 'wamid';
  if (/^[A-Z]{2}\.(ENT\.)?\d{6,}$/.test(value)) return 'bsuid';
  if (/^\S+@\S+\.\S+$/.test(value) && key === 'email') return 'email';
  if (phoneKeys.has(key)) return /^\+?[\d ]{8,20}$/.test(value) ? 'phone' : undefined;
  if (nameKeys.has(key)) return 'name';
  return textKeys.has(key) ? 'text' : undefined;
};

const needlesIn = (node: unknown, key: string): Needle[] => {
  if (typeof node === 'string') {
    const kind = node === '' ? undefined : kindOf(key, node);
    return kind === undefined ? [] : [{ kind, value: node }];
  }
  if (Array.isArray(node)) return node.flatMap((item) => needlesIn(item, key));
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) =>
    impersonal.has(name) ? [] : needlesIn(value, name),
  );
};

const businessNumbersIn = (node: unknown): string[] => {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]: [string, unknown]) =>
    name === 'display_phone_number' && typeof value === 'string'
      ? [value.replaceAll(/\D/g, '')]
      : businessNumbersIn(value),
  );
};

/** Everything of a person that bodies name: phones, names, texts, user ids, message ids. */
export const needlesNamed = (bodies: readonly Uint8Array[]): Needle[] => {
  const parsed = bodies.flatMap((body): unknown[] => {
    try {
      return [JSON.parse(new TextDecoder().decode(body))];
    } catch {
      // A body that is broken on purpose names nobody.
      return [];
    }
  });
  const ours = new Set(parsed.flatMap(businessNumbersIn));
  return parsed
    .flatMap((body) => needlesIn(body, ''))
    .filter(({ kind, value }) => kind !== 'phone' || !ours.has(value.replaceAll(/\D/g, '')));
};
