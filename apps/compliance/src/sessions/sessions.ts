import type { SessionView } from '@tact/contracts';
import {
  expiryOf,
  idleUntilOf,
  ProblemError,
  type SessionRecord,
  stateOfSession,
} from '@tact/platform';

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
