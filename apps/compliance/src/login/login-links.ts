import { Injectable } from '@nestjs/common';
import { DAY_MS, type LoginLink, MINUTE_MS, scopesOfRoles } from '@tact/contracts';
import {
  type CallerIdentity,
  ProblemError,
  type Queryable,
  ServiceConfig,
  type StaffRecord,
} from '@tact/platform';
import type { OidcSettings } from './oidc-settings.ts';
import { LoginCodes } from './login-codes.ts';
import { LoginMails } from './login-mails.ts';
import { isOperator, refuseScopesBeyond } from './scopes-held.ts';

const LINK_LIFE_MS = 15 * MINUTE_MS;
/** Whoever is new reads their mail when they do. */
const INVITATION_LIFE_MS = DAY_MS;

/** One-time links into the console. The code is in the fragment: no server, log or Referer sees it. */
@Injectable()
export class LoginLinks {
  constructor(
    private readonly codes: LoginCodes,
    private readonly mails: LoginMails,
    private readonly config: ServiceConfig<OidcSettings>,
  ) {}

  /** A link for somebody who works here already, in the caller's transaction. */
  async make(tx: Queryable, caller: CallerIdentity, person: StaffRecord): Promise<LoginLink> {
    const { staffId } = person;
    const isOthers = !this.#isShown(caller, person);
    if (isOthers) this.#assertMailed();
    const asked = { by: caller.actorId, lifeMs: LINK_LIFE_MS, isBreakGlass: this.#hasProvider };
    const { code, expiresAt } = await this.codes.make(tx, person, asked);
    const url = this.urlOf(code);
    if (!isOthers) return { staffId, code, ...(url === undefined ? {} : { url }), expiresAt };
    await this.mails.send(tx, person, { url: url ?? '', expiresAt, why: 'asked' });
    return { staffId, expiresAt };
  }

  /** Whoever invents somebody can be them. */
  assertMayInvent({ staffId }: CallerIdentity): void {
    if (this.#isEmbedded && staffId === undefined) return;
    throw new ProblemError('unprocessable', {
      detail: 'Only a key of the embedded platform invents people.',
    });
  }

  /** Says to somebody new how they come in, where mails leave and the console has an address. */
  async invite(tx: Queryable, by: string, person: StaffRecord): Promise<void> {
    const door = this.urlOf();
    if (door === undefined || !this.mails.areSent) return;
    if (this.#hasProvider) {
      await this.mails.send(tx, person, { url: door, why: 'invited' });
      return;
    }
    const asked = { by, lifeMs: INVITATION_LIFE_MS, isBreakGlass: false };
    const { code, expiresAt } = await this.codes.make(tx, person, asked);
    await this.mails.send(tx, person, { url: this.urlOf(code) ?? '', expiresAt, why: 'invited' });
  }

  /** A person reads their own; who acts for the installation, anybody's within its scopes; an invented person is nobody. */
  #isShown(caller: CallerIdentity, { staffId, roles, isDemo }: StaffRecord): boolean {
    if (isDemo && !this.#isEmbedded) {
      throw new ProblemError('unprocessable', {
        detail: 'They were invented to look at a role, and do so in the embedded platform alone.',
      });
    }
    if (caller.staffId !== undefined) return caller.staffId === staffId;
    if (!isDemo && !isOperator(caller)) return false;
    refuseScopesBeyond(caller, scopesOfRoles(roles));
    return true;
  }

  /** Undefined where nobody said under which address the platform is reached. */
  urlOf(code?: string): string | undefined {
    const { TACT_PUBLIC_ORIGIN: origin } = this.config.values;
    if (origin === undefined) return undefined;
    const fragment = code === undefined ? '' : `#login=${code}`;
    return new URL(`/console${fragment}`, origin).href;
  }

  get #isEmbedded(): boolean {
    return this.config.values.TACT_MODE === 'embedded';
  }

  get #hasProvider(): boolean {
    return this.config.values.OIDC_ISSUER !== undefined;
  }

  /** Whoever reads the code can be the other, and agree to their own proposals: it goes to them alone. */
  #assertMailed(): void {
    if (this.mails.areSent && this.urlOf() !== undefined) return;
    throw new ProblemError('unprocessable', {
      detail:
        'Whoever reads a code can sign in by it, so another’s goes to them by mail, and no mail leaves here: see SMTP_URL and TACT_PUBLIC_ORIGIN.',
    });
  }
}
