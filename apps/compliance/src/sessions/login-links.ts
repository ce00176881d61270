import { Injectable } from '@nestjs/common';
import { type LoginLink, MINUTE_MS } from '@tact/contracts';
import {
  type CallerIdentity,
  Clock,
  EventStore,
  ProblemError,
  type Queryable,
  ServiceConfig,
  type StaffRecord,
  Tokens,
} from '@tact/platform';
import { auditOf, loginPurpose } from './sessions.ts';

const LIFE_MS = 15 * MINUTE_MS;

/** One-time links into the console. The code is in the fragment: no server, log or Referer sees it. */
@Injectable()
export class LoginLinks {
  constructor(
    private readonly tokens: Tokens,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly config: ServiceConfig,
  ) {}

  /** In the caller's transaction, with its event. */
  async make(
    tx: Queryable,
    { actorId: by, staffId: callerId }: CallerIdentity,
    { tenantId, staffId }: StaffRecord,
  ): Promise<LoginLink> {
    // Whoever reads the code can be the other, and agree to their own proposals.
    if (callerId !== undefined && callerId !== staffId) {
      throw new ProblemError('unprocessable', {
        detail:
          'Whoever reads a code can sign in by it: a member of staff makes links for themselves alone.',
      });
    }
    const now = this.clock.now();
    const until = new Date(now.getTime() + LIFE_MS);
    const [at, expiresAt] = [now.toISOString(), until.toISOString()];
    const code = await this.tokens.mint(tx, {
      purpose: loginPurpose,
      tenantId,
      subject: staffId,
      expiresAt: until,
      isSingleUse: true,
      about: { by },
    });
    const data = { tenantId, staffId, by, at, expiresAt, isBreakGlass: false };
    await this.store.appendIn(tx, [auditOf('LoginLinkMade', data)]);
    const { TACT_PUBLIC_ORIGIN: origin } = this.config.values;
    const url = origin === undefined ? {} : { url: new URL(`/console#login=${code}`, origin).href };
    return { staffId, code, ...url, expiresAt };
  }
}
