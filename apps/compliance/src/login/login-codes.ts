import { Injectable } from '@nestjs/common';
import { Clock, EventStore, type Queryable, RaisedAlerts, Tokens } from '@tact/platform';
import { auditOf, loginPurpose } from './login-audit.ts';

type Person = { readonly tenantId: string; readonly staffId: string };
type CodeAskedFor = {
  /** Who asks for it. */
  readonly by: string;
  readonly lifeMs: number;
  /** People sign in at the provider of identities: a code is the way in when that is broken. */
  readonly isBreakGlass: boolean;
};

export type LoginCode = { readonly code: string; readonly expiresAt: string };

/** Codes that sign in once, in the caller's transaction. Stored as hashes, like every token. */
@Injectable()
export class LoginCodes {
  constructor(
    private readonly tokens: Tokens,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly alerts: RaisedAlerts,
  ) {}

  async make(tx: Queryable, person: Person, { by, lifeMs, isBreakGlass }: CodeAskedFor) {
    const { tenantId, staffId } = person;
    const now = this.clock.now();
    const made = await this.#mint(tx, person, { lifeMs, about: { with: 'link', by } });
    const data = { tenantId, staffId, by, isBreakGlass, expiresAt: made.expiresAt };
    await this.store.appendIn(tx, [auditOf('LoginLinkMade', { ...data, at: now.toISOString() })]);
    if (isBreakGlass) {
      const matter = { tenantId, kind: 'break-glass-login', about: staffId } as const;
      await this.alerts.raise(tx, matter, { count: 1, since: now });
    }
    return made;
  }

  /** Hands a person who has just signed in at the provider over to the console; the session that follows is the fact. */
  async handOver(tx: Queryable, person: Person, lifeMs: number): Promise<LoginCode> {
    const { tenantId, staffId } = person;
    const matter = { tenantId, kind: 'break-glass-login', about: staffId } as const;
    // The provider works again for them.
    await this.alerts.resolve(tx, matter, this.clock.now());
    return this.#mint(tx, person, { lifeMs, about: { with: 'oidc' } });
  }

  async #mint(
    tx: Queryable,
    { tenantId, staffId: subject }: Person,
    {
      lifeMs,
      about,
    }: { readonly lifeMs: number; readonly about: Readonly<Record<string, string>> },
  ): Promise<LoginCode> {
    const expiresAt = new Date(this.clock.now().getTime() + lifeMs);
    const single = { expiresAt, isSingleUse: true, about };
    // Of one person the newest opens: an older one lies in a mail, or in a window that was left.
    await this.tokens.revoke(tx, { purpose: loginPurpose, tenantId, subject });
    const code = await this.tokens.mint(tx, {
      purpose: loginPurpose,
      tenantId,
      subject,
      ...single,
    });
    return { code, expiresAt: expiresAt.toISOString() };
  }
}
