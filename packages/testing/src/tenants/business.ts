import { createHmac } from 'node:crypto';
import { CreatedTenant } from '@tact/contracts';
import type { Answer, Constellation } from '../constellation.ts';

type Account = {
  readonly appSecret: string;
  readonly verifyToken: string;
  readonly wabaId: string;
};

/** A tenant of its own on a constellation, made as an operator makes one, and what its programs ask. */
export class Business {
  readonly slug: string;
  readonly key: string;
  readonly keyId: string;
  readonly account: Account;
  readonly #tact: Constellation;

  private constructor(
    tact: Constellation,
    made: Pick<Business, 'slug' | 'key' | 'keyId' | 'account'>,
  ) {
    this.#tact = tact;
    this.slug = made.slug;
    this.key = made.key;
    this.keyId = made.keyId;
    this.account = made.account;
  }

  static async create(
    tact: Constellation,
    slug: string,
    settings: { readonly defaultCountry?: string } = {},
  ): Promise<Business> {
    const wabaId = `9900${Buffer.from(slug).readUIntBE(0, Math.min(slug.length, 6))}`;
    const account = { appSecret: `secret-of-${slug}`, verifyToken: `token-of-${slug}`, wabaId };
    const { appSecret, verifyToken } = account;
    const whatsapp = { appSecret, verifyToken, wabaIds: [wabaId] };
    const request = { slug, name: slug, defaultCountry: 'FR', whatsapp, ...settings };
    const { body } = await tact.call('POST', '/v1/tenants', request);
    const { apiKey: key = '', keyId } = CreatedTenant.parse(body);
    return new Business(tact, { slug, key, keyId, account });
  }

  call<Body = unknown>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    return this.#tact.call(method, path, body, { authorization: `Bearer ${this.key}` });
  }

  /** Posts a webhook, to this tenant's path and with its secret where nothing else is said; the status. */
  async webhook(
    body: object,
    { slug = this.slug, secret = this.account.appSecret }: { slug?: string; secret?: string } = {},
  ): Promise<number> {
    const text = JSON.stringify(body);
    const signature = createHmac('sha256', secret).update(text).digest('hex');
    const origin = this.#tact.services.find(({ service }) => service === 'ingestion')?.origin ?? '';
    const response = await fetch(`${origin}/v1/webhooks/whatsapp/${slug}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
      body: text,
    });
    await response.arrayBuffer();
    return response.status;
  }
}
