import { z } from 'zod';
import { identitiesOf, isNamed, senderOf, partsOf, type Parts, type ReadValue } from './parts.ts';
import { Digits, eachOf, Items, Text, Timestamp } from './schemas.ts';

const Preference = z.looseObject({
  wa_id: Digits,
  user_id: Text,
  value: z.string(),
  timestamp: Timestamp,
});
const Preferences = z.looseObject({ user_preferences: Items });

/** What the person chose about our marketing, inside WhatsApp. */
const kinds: Record<string, 'marketing-opt-out' | 'marketing-opt-in'> = {
  stop: 'marketing-opt-out',
  resume: 'marketing-opt-in',
  signup: 'marketing-opt-in',
};

/** Field `user_preferences`. */
export const readPreferences: ReadValue = (value, place) => {
  const parsed = Preferences.safeParse(value);
  if (!parsed.success) return ['value-unreadable'];
  const parts = eachOf(parsed.data.user_preferences, Preference, (preference): Parts => {
    const kind = kinds[preference.value];
    if (kind === undefined) return ['status-unknown' as const];
    const { wa_id: phone, user_id: bsuid, timestamp } = preference;
    const identities = identitiesOf({ phone, bsuid });
    if (!isNamed(identities)) return ['person-not-named' as const];
    const user = bsuid ?? phone ?? '';
    return [
      {
        about: 'person' as const,
        ...senderOf(place),
        identities,
        kind,
        occurredAt: timestamp * 1000,
        factKey: ['preference', user, preference.value, String(timestamp)],
      },
    ];
  });
  return partsOf(parts);
};
