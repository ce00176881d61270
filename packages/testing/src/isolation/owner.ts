import { randomBytes, randomInt } from 'node:crypto';
import { exampleProof } from '@tact/contracts';
import { Client } from 'pg';
import { apiKey, type Constellation } from '../constellation.ts';
import { Business } from '../tenants/business.ts';

const consents = (['marketing', 'signal-analysis'] as const).map((purpose) => ({
  purpose,
  channel: 'whatsapp',
  state: 'given',
  at: '2026-01-05T09:00:00Z',
  proof: exampleProof,
}));

export type Asked = {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A tenant that has something of every kind; what is made once is remembered. */
export class Owner {
  readonly business: Business;
  readonly #tact: Constellation;
  readonly #made = new Map<string, Promise<string>>();
  /** What people of the tenant are known by: it must be in no answer to another one. */
  readonly identities: string[] = [];

  private constructor(tact: Constellation, business: Business) {
    this.#tact = tact;
    this.business = business;
  }

  static async of(tact: Constellation, slug: string): Promise<Owner> {
    return new Owner(tact, await Business.create(tact, slug));
  }

  async failedFit(version: string): Promise<string> {
    const client = new Client({ connectionString: this.#tact.databaseUrl });
    await client.connect();
    await client.query(
      `INSERT INTO scoring.models (tenant_id, version, number, state, started_at, failure, svg)
       VALUES ($1, $2, 7, 'failed', '2026-11-20T09:00:00Z', 'too little to learn from', '<svg/>')`,
      [this.business.slug, version],
    );
    await client.end();
    return version;
  }

  idOf(kind: string, make: (owner: Owner) => Promise<string>): Promise<string> {
    const made = this.#made.get(kind) ?? make(this);
    this.#made.set(kind, made);
    return made;
  }

  /** Of everything that was made of it. */
  ids(): Promise<string[]> {
    return Promise.all(this.#made.values());
  }

  /** Asks by one of the tenant's keys, where nothing else is said with a body of JSON; the named field of the answer. */
  async made(field: string, path: string, { body, headers = {} }: Asked = {}): Promise<string> {
    return await this.#field(field, path, { body, headers, key: this.business.key });
  }

  /** The same by an operator, where it is no route of the edge on a service's own port. */
  async madeByOperator(field: string, path: string, { body }: Asked = {}): Promise<string> {
    return await this.#field(field, path, { body, headers: {}, key: apiKey });
  }

  /** A person of the tenant, who may be written to and analysed. */
  async register(more: object = {}): Promise<{ contactId: string; phone: string; crmId: string }> {
    const phone = `+3363998${randomInt(10_000).toString().padStart(4, '0')}`;
    const crmId = randomBytes(8).toString('hex');
    const email = `${crmId}@reader.example`;
    this.identities.push(phone, crmId);
    const body = {
      identities: { phone, crmId, email, ...more },
      timeZone: 'Europe/Paris',
      consents,
    };
    return { contactId: await this.made('contactId', '/v1/contacts', { body }), phone, crmId };
  }

  async #field(
    field: string,
    path: string,
    { body, headers, key }: Required<Asked> & { key: string },
  ): Promise<string> {
    const under = path.startsWith('/v1/projections') ? 'scoring' : undefined;
    const origin = this.#tact.services.find(({ service }) => service === under)?.origin;
    const asked = {
      method: path.startsWith('/v1/import-mappings') ? 'PUT' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined
        ? { body: '{}' }
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    const at = origin ?? this.#tact.originOf(path);
    const answer = (await (await fetch(`${at}${path}`, asked)).json()) as Record<string, unknown>;
    const id = answer[field];
    if (typeof id === 'string') return id;
    throw new Error(`${path} made no ${field}: ${JSON.stringify(answer)}`);
  }
}
