import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { MINUTE_MS } from '@tact/contracts';
import { Clock, EventStore, ProblemError, Tokens } from '@tact/platform';
import { type Attempt, IdentityProvider } from './provider.ts';

const purpose = 'oidc-state';
const LIFE_MS = 10 * MINUTE_MS;
const SECRET_BYTES = 32;

const hashOf = (what: string, secret: string, encoding: 'base64url' | 'hex'): string =>
  createHash('sha256').update(`tact oidc ${what} ${secret}`).digest(encoding);

/** Letters before digits: what begins with seven digits could be a phone number. */
const markOf = (secret: string): string => `b${hashOf('browser', secret, 'hex')}`;

const attemptOf = (state: string, secret: string): Attempt => ({
  state,
  nonce: hashOf('nonce', secret, 'base64url'),
  codeVerifier: hashOf('verifier', secret, 'base64url'),
});

/**
 * Sign-ins under way. A secret in a cookie of the browser that began one gives its nonce and its verifier, so that
 * neither is stored, and nobody is signed in by an answer that was meant for another browser.
 */
@Injectable()
export class SignInAttempts {
  constructor(
    private readonly provider: IdentityProvider,
    private readonly tokens: Tokens,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async begin(): Promise<{ readonly attempt: Attempt; readonly cookie: string }> {
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const cookie = this.#cookie(secret, LIFE_MS / 1000);
    const state = await this.store.transaction((tx) =>
      this.tokens.mint(tx, {
        purpose,
        tenantId: this.provider.tenantId,
        subject: 'oidc',
        expiresAt: new Date(this.clock.now().getTime() + LIFE_MS),
        isSingleUse: true,
        about: { browser: markOf(secret) },
      }),
    );
    return { attempt: attemptOf(state, secret), cookie };
  }

  /** Once, and in the browser that began it. */
  async end(state: string, cookies: string | undefined): Promise<Attempt> {
    const secret = this.#secretIn(cookies);
    const found = await this.store.transaction((tx) => this.tokens.use(tx, purpose, state));
    if (found.state !== 'valid' || found.about['browser'] !== markOf(secret)) {
      throw new ProblemError('sign-in-refused', {
        detail: 'This sign-in was begun elsewhere, ended before, or took too long. Begin anew.',
      });
    }
    return attemptOf(state, secret);
  }

  get forgotten(): string {
    return this.#cookie('', 0);
  }

  /** Browsers share cookies between the ports of a host. */
  get #name(): string {
    const { protocol, port } = this.provider.origin;
    return `${protocol === 'https:' ? '__Host-' : ''}tact_oidc_${port || 'web'}`;
  }

  #cookie(value: string, maxAgeS: number): string {
    const secure = this.provider.origin.protocol === 'https:' ? '; Secure' : '';
    return `${this.#name}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${secure}`;
  }

  #secretIn(cookies = ''): string {
    const prefix = `${this.#name}=`;
    const all = cookies.split(';').map((one) => one.trim());
    return all.find((one) => one.startsWith(prefix))?.slice(prefix.length) ?? '';
  }
}
