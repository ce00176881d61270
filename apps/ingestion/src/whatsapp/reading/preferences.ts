import { z } from 'zod';
import {
  identitiesOf,
  isNamed,
  isStop,
  type Observation,
  partsOf,
  type Parts,
  type ReadValue,
  senderOf,
  timeOf,
} from './parts.ts';
import { Digits, eachOf, Items, lenient, Text, Timestamp } from './schemas.ts';

const Preference = z.looseObject({
  wa_id: Digits,
  user_id: Text,
  value: z.string(),
  timestamp: lenient(Timestamp),
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
    const occurredAt = timeOf(timestamp, place);
    const chosen: Observation = {
      about: 'person',
      ...senderOf(place),
      identities,
      kind,
      occurredAt,
      factKey: ['preference', user, preference.value, String(timestamp ?? occurredAt)],
    };
    return timestamp === undefined && !isStop(chosen) ? ['value-unreadable'] : [chosen];
  });
  return partsOf(parts);
};
