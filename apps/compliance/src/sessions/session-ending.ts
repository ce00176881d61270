import { Injectable } from '@nestjs/common';
import type { SessionView } from '@tact/contracts';
import { Clock, EventStore, type SessionRecord, SessionRegister } from '@tact/platform';
import { auditOf } from '../login/login-audit.ts';
import { viewOf } from './sessions.ts';

/** The end of a session and its event, in one transaction; one that has ended stays as it is. */
@Injectable()
export class SessionEnding {
  constructor(
    private readonly sessions: SessionRegister,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async end(
    session: SessionRecord,
    { by, ownId }: { readonly by: string; readonly ownId: string | undefined },
  ): Promise<SessionView> {
    const { tenantId, staffId, sessionId } = session;
    const now = this.clock.now();
    const ended = await this.store.transaction(async (tx) => {
      const isNew = await this.sessions.end(tx, session);
      const data = { tenantId, staffId, sessionId, by, at: now.toISOString() };
      if (isNew) await this.store.appendIn(tx, [auditOf('SessionEnded', data)]);
      return (await this.sessions.find(tx, session)) ?? session;
    });
    return viewOf(ended, { now, ownId });
  }
}
