import { randomUUID } from 'node:crypto';
import type { EventDataOf } from '@tact/contracts';
import type { StreamAppend } from '@tact/platform';

/** What the tokens are for; one opens nothing of the other. */
export const loginPurpose = 'console-login';
export const sessionPurpose = 'console-session';

type LoginEventType = 'LoginLinkMade' | 'SessionOpened' | 'SessionEnded';

/** In the story of the member of staff. */
export const auditOf = <Type extends LoginEventType>(
  type: Type,
  data: EventDataOf<Type>,
): StreamAppend => {
  const { tenantId, staffId, by } = data;
  return {
    stream: `staff-${tenantId}-${staffId}`,
    expected: 'any',
    events: [{ type, data }],
    // Whoever signs in is known by nothing before.
    context: {
      tenantId,
      subject: staffId,
      commandId: randomUUID(),
      ...(by === undefined ? {} : { actorId: by }),
    },
  };
};
