import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SystemActor } from '@tact/contracts';
import { ProblemError, ServiceConfig } from '@tact/platform';
import * as client from 'openid-client';
import type { OidcSettings } from '../../login/oidc-settings.ts';

const TIMEOUT_S = 10;
export const callbackPath = '/v1/sessions/oidc/callback';

/** One sign-in under way, known to the browser that began it alone. */
export type Attempt = {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
};

/** What the provider says of somebody; only as good as its word. */
export type Said = Readonly<Record<string, unknown>>;

const refused = (cause?: unknown): ProblemError =>
  new ProblemError('sign-in-refused', {
    detail: 'The provider did not let you in, or this answer of its was used before. Begin anew.',
    ...(cause === undefined ? {} : { cause }),
  });

const isTheirWord = (error: unknown): boolean =>
  error instanceof client.ClientError ||
  error instanceof client.ResponseBodyError ||
  error instanceof client.AuthorizationResponseError;

/** The tenant's provider of identities: code flow with PKCE, state and nonce. */
@Injectable()
export class IdentityProvider implements OnModuleInit {
  #discovered: Promise<client.Configuration> | undefined;

  constructor(private readonly config: ServiceConfig<OidcSettings>) {}

  onModuleInit(): void {
    const { OIDC_ISSUER, TACT_PUBLIC_ORIGIN, TACT_MODE } = this.config.values;
    if (OIDC_ISSUER === undefined) return;
    if (TACT_PUBLIC_ORIGIN === undefined)
      throw new Error(
        'OIDC_ISSUER needs TACT_PUBLIC_ORIGIN: the provider sends people back there.',
      );
    if (TACT_MODE !== 'embedded' && !OIDC_ISSUER.startsWith('https:'))
      throw new Error('OIDC_ISSUER is an https address.');
  }

  /** The address that people are reached at; throws where none signs in at a provider. */
  get origin(): URL {
    const { OIDC_ISSUER, TACT_PUBLIC_ORIGIN } = this.config.values;
    if (OIDC_ISSUER === undefined || TACT_PUBLIC_ORIGIN === undefined) {
      throw new ProblemError('not-found');
    }
    return new URL(TACT_PUBLIC_ORIGIN);
  }

  /** Who acts where its word alone changes somebody's roles. */
  get actor(): SystemActor {
    const { host } = new URL(this.config.values.OIDC_ISSUER ?? this.origin.href);
    return SystemActor.parse(`system:oidc:${host.replaceAll(/[[\]]/g, '')}`);
  }

  /** Which of its groups are which roles. */
  get groups(): NonNullable<OidcSettings['OIDC_GROUPS']> {
    return this.config.values.OIDC_GROUPS ?? [];
  }

  get tenantId(): string {
    const { OIDC_TENANT, TACT_BOOTSTRAP_TENANT } = this.config.values;
    return OIDC_TENANT ?? TACT_BOOTSTRAP_TENANT;
  }

  /** Where the person goes to sign in. */
  async addressOf({ state, nonce, codeVerifier }: Attempt): Promise<URL> {
    return client.buildAuthorizationUrl(await this.#provider(), {
      redirect_uri: new URL(callbackPath, this.origin).href,
      scope: this.config.values.OIDC_SCOPES,
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    });
  }

  /** What the provider says of whoever comes back, verified. Throws where it says nothing, or not to this attempt. */
  async answerOf(path: string, { state, nonce, codeVerifier }: Attempt): Promise<Said> {
    const provider = await this.#provider();
    const checks = {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: codeVerifier,
      idTokenExpected: true,
    };
    try {
      const url = new URL(path, this.origin);
      const tokens = await client.authorizationCodeGrant(provider, url, checks);
      const claims = tokens.claims();
      if (claims === undefined) throw refused();
      if ('email' in claims && 'groups' in claims) return claims;
      // Many tell the rest only to who asks for it.
      if (provider.serverMetadata().userinfo_endpoint === undefined) return claims;
      const more = await client.fetchUserInfo(provider, tokens.access_token, claims.sub);
      return { ...more, ...claims };
    } catch (error) {
      if (isTheirWord(error)) throw refused(error);
      if (error instanceof ProblemError) throw error;
      throw new ProblemError('unavailable', { retryAfterSeconds: 5, cause: error });
    }
  }

  #provider(): Promise<client.Configuration> {
    this.#discovered ??= this.#discover().catch((error: unknown) => {
      this.#discovered = undefined;
      throw new ProblemError('unavailable', {
        detail: 'The provider of identities does not answer.',
        retryAfterSeconds: 5,
        cause: error,
      });
    });
    return this.#discovered;
  }

  #discover(): Promise<client.Configuration> {
    const { OIDC_ISSUER = '', OIDC_CLIENT_ID = '', OIDC_CLIENT_SECRET } = this.config.values;
    const isPlain = OIDC_ISSUER.startsWith('http:');
    return client.discovery(new URL(OIDC_ISSUER), OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, undefined, {
      timeout: TIMEOUT_S,
      ...(isPlain ? { execute: [client.allowInsecureRequests] } : {}),
    });
  }
}
