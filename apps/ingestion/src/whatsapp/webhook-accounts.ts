import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Installation, type TenantSettings, Tenants } from '@tact/platform';

/** Whose webhooks a path takes, and how they are proved. */
export type WebhookAccount = {
  readonly tenantId: string;
  /** Set up once: text would be made a key for every signature. */
  readonly appSecret: KeyObject;
  readonly verifyToken: string;
  readonly wabaIds: ReadonlySet<string>;
};

/** A path names a tenant; one that names nobody is of the tenant whose account the environment has. */
@Injectable()
export class WebhookAccounts {
  readonly #accounts = new WeakMap<TenantSettings, WebhookAccount>();
  /** What nothing matches, so that a name nobody has is judged by the same work as a wrong signature. */
  readonly #nobodys: WebhookAccount = {
    tenantId: '',
    appSecret: createSecretKey(randomBytes(32)),
    verifyToken: randomBytes(32).toString('hex'),
    wabaIds: new Set(),
  };

  constructor(
    private readonly tenants: Tenants,
    private readonly installation: Installation,
  ) {}

  async of(slug: string | undefined): Promise<WebhookAccount> {
    const settings = await this.tenants.of(slug ?? this.installation.accountTenantId);
    return settings === undefined ? this.#nobodys : this.#accountOf(settings);
  }

  #accountOf(settings: TenantSettings): WebhookAccount {
    const known = this.#accounts.get(settings);
    if (known) return known;
    const { tenantId, whatsapp } = settings;
    const made: WebhookAccount = {
      tenantId,
      appSecret:
        whatsapp?.appSecret === undefined
          ? this.#nobodys.appSecret
          : createSecretKey(whatsapp.appSecret, 'utf8'),
      verifyToken: whatsapp?.verifyToken ?? this.#nobodys.verifyToken,
      wabaIds: new Set(whatsapp?.wabaIds),
    };
    this.#accounts.set(settings, made);
    return made;
  }
}
