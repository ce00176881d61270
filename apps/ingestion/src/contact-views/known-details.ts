import { type EventDataOf, type Identities, identityKinds, isErased } from '@tact/contracts';
import type { OwnEvent } from '../wishes/own-events.ts';

/** One identity as it was last told of the person, and when it first was, to the hour. */
export type StatedIdentity = {
  /** One kind alone. */
  readonly named: Identities;
  readonly since: string;
};

type Details = Pick<EventDataOf<'ContactUpdated'>, 'timeZone' | 'language'>;

/** What the person's own facts say of who they are: every identity ever stated, and the latest details. */
export const knownDetails = (
  own: readonly OwnEvent[],
): { readonly stated: readonly StatedIdentity[]; readonly details: Details } => {
  const stated = new Map<string, StatedIdentity>();
  let details: Details = {};
  for (const event of own) {
    if (event.type !== 'ContactRegistered' && event.type !== 'ContactUpdated') continue;
    const { identities, timeZone, language } = event.data;
    details = {
      ...details,
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(language === undefined ? {} : { language }),
    };
    for (const one of statedIn(identities, event.time)) {
      const key = JSON.stringify(one.named);
      if (!stated.has(key)) stated.set(key, one);
    }
  }
  return { stated: [...stated.values()], details };
};

const statedIn = (identities: Identities, since: string): readonly StatedIdentity[] =>
  identityKinds.flatMap((kind) => {
    const value = identities[kind];
    const isLost = value === undefined || isErased(typeof value === 'string' ? value : value.id);
    return isLost ? [] : [{ named: { [kind]: value }, since }];
  });
