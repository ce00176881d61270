import type { Identities } from '@tact/contracts';
import { z } from 'zod';
import { identitiesOf, isNamed, type Acquaintance, type Part } from './parts.ts';
import { Digits, Items, Text } from './schemas.ts';

const Contacts = z.looseObject({ contacts: Items });
const Contact = z.looseObject({ wa_id: Digits, user_id: Text, parent_user_id: Text });

/** The people that `contacts` of a value names, whatever the field. */
const peopleIn = (value: unknown): readonly Identities[] => {
  const contacts = Contacts.safeParse(value).data?.contacts ?? [];
  return contacts.flatMap((item) => {
    const parsed = Contact.safeParse(item);
    if (!parsed.success) return [];
    const { wa_id: phone, user_id: bsuid, parent_user_id: parentBsuid } = parsed.data;
    const identities = identitiesOf({ phone, bsuid, parentBsuid });
    return isNamed(identities) ? [identities] : [];
  });
};

const own = ['phone', 'bsuid'] as const;

/** The same number or id, and none that differs: two people in one webhook are never one. */
const isSame = (one: Identities, other: Identities): boolean =>
  own.some((kind) => one[kind] !== undefined && one[kind] === other[kind]) &&
  own.every(
    (kind) => one[kind] === undefined || other[kind] === undefined || one[kind] === other[kind],
  );

/** What the value says elsewhere of the person; nothing where it names two that could be. */
const completed = (identities: Identities, people: readonly Identities[]): Identities => {
  const others = people.filter((other) => isSame(identities, other));
  const [first] = others;
  if (first === undefined || others.some((other) => !isSame(first, other))) return identities;
  return { ...first, ...identities };
};

/** Names together under which one person is known. */
const introduces = (identities: Identities): boolean => Object.keys(identities).length > 1;

/**
 * Parts with all that their value says of each person: who writes under an id alone may be named by number beside it. And
 * the people whom it names by more than one identity, whether or not anything is told of them.
 */
export const withAcquaintances = (parts: readonly Part[], value: unknown): readonly Part[] => {
  const people = peopleIn(value);
  const named = parts.map((part) =>
    typeof part === 'object' && part.about === 'person'
      ? { ...part, identities: completed(part.identities, people) }
      : part,
  );
  const met = [
    ...people,
    ...named.flatMap((part) =>
      typeof part === 'object' && part.about === 'person' ? [part.identities] : [],
    ),
  ].filter(introduces);
  const once = new Map(met.map((identities) => [JSON.stringify(identities), identities]));
  const acquaintances = [...once.values()].map((identities): Acquaintance => ({
    about: 'acquaintance',
    identities,
  }));
  return [...named, ...acquaintances];
};
