import { Injectable } from '@nestjs/common';
import {
  Clock,
  Database,
  type SessionRecord,
  SessionRegister,
  type StaffRecord,
  StaffRegister,
  stateOfSession,
  Tokens,
} from '@tact/platform';
import { sessionPurpose } from '../login/login-audit.ts';
import { sessionRefused } from './sessions.ts';

export type Current = { readonly session: SessionRecord; readonly staff: StaffRecord };

@Injectable()
export class SessionPeople {
  constructor(
    readonly sessions: SessionRegister,
    readonly staff: StaffRegister,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  /** Whose session a token is. Throws where there is none, it is over, or they work here no more. */
  async current(database: Database, token: string | undefined): Promise<Current> {
    const { queryable } = database;
    const found = await this.tokens.look(queryable, sessionPurpose, token ?? '');
    if (found.state !== 'valid') throw sessionRefused();
    const { tenantId, subject: sessionId } = found;
    const session = await this.sessions.find(queryable, { tenantId, sessionId });
    if (session === undefined || stateOfSession(session, this.clock.now()) !== 'open') {
      throw sessionRefused();
    }
    const staff = await this.staff.find(queryable, session);
    if (staff === undefined || staff.dismissedAt !== null) throw sessionRefused();
    return { session, staff };
  }
}
