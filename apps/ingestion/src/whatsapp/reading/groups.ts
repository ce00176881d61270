import { z } from 'zod';
import { identitiesOf, isNamed, senderOf, partsOf, type Parts, type ReadValue } from './parts.ts';
import { eachOf, Items, Text, Timestamp } from './schemas.ts';

const Participant = z.looseObject({ wa_id: Text, user_id: Text, input: Text });
const Group = z.looseObject({
  group_id: z.string().min(1),
  type: z.string(),
  timestamp: Timestamp,
  added_participants: Items,
  removed_participants: Items,
});
const Groups = z.looseObject({ groups: Items });

/**
 * Fields `group_*`. Who joins a group has a phone that is on: that, and nothing about a block. Leaving one, or
 * being removed, says nothing the model can use.
 */
export const readGroups: ReadValue = (value, place) => {
  const parsed = Groups.safeParse(value);
  if (!parsed.success) return ['value-unreadable'];
  const parts = eachOf(parsed.data.groups, Group, (group): Parts => {
    const joined = eachOf(group.added_participants, Participant, (one): Parts => {
      const identities = identitiesOf({ phone: one.wa_id ?? one.input, bsuid: one.user_id });
      if (!isNamed(identities)) return ['person-not-named'];
      const who = one.user_id ?? one.wa_id ?? one.input ?? '';
      return [
        {
          about: 'person',
          ...senderOf(place),
          identities,
          kind: 'group-receipt',
          occurredAt: group.timestamp * 1000,
          factKey: ['group-joined', group.group_id, who, String(group.timestamp)],
        },
      ];
    });
    const others = group.removed_participants.map(() => 'group-change' as const);
    const [first, ...rest] = [...joined, ...others];
    return first === undefined ? ['group-change'] : [first, ...rest];
  });
  return partsOf(parts);
};
