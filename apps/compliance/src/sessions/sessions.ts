import { randomUUID } from 'node:crypto';
import type { EventDataOf, SessionView } from '@tact/contracts';
import {
  expiryOf,
  idleUntilOf,
  ProblemError,
  type SessionRecord,
  stateOfSession,
  type StreamAppend,
} from '@tact/platform';

/** What the tokens are for; one opens nothing of the other. */
export const loginPurpose = 'console-login';
export const sessionPurpose = 'console-session';

type SessionEventType = 'LoginLinkMade' | 'SessionOpened' | 'SessionEnded';

/** In the story of the member of staff. */
export const auditOf = <Type extends SessionEventType>(
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

export const viewOf = (
  session: SessionRecord,
  { now, ownId }: { readonly now: Date; readonly ownId: string | undefined },
): SessionView => {
  const { sessionId, staffId, openedWith, createdAt, usedAt } = session;
  return {
    sessionId,
    staffId,
    openedWith,
    openedAt: createdAt.toISOString(),
    lastUsedAt: usedAt.toISOString(),
    idleUntil: idleUntilOf(session).toISOString(),
    expiresAt: expiryOf(session).toISOString(),
    state: stateOfSession(session, now),
    isOwn: sessionId === ownId,
  };
};

/** One sentence for whatever opens nothing: whoever tries codes learns nothing of which there were. */
export const codeRefused = (): ProblemError =>
  new ProblemError('unauthenticated', {
    detail: 'This code opens nothing: it was used, has expired, or never was. Ask for another one.',
    headers: { 'www-authenticate': 'Bearer realm="tact"' },
  });

export const sessionRefused = (): ProblemError =>
  new ProblemError('unauthenticated', {
    detail: 'There is no such session, or it has ended: sign in again.',
    headers: { 'www-authenticate': 'Bearer realm="tact"' },
  });
