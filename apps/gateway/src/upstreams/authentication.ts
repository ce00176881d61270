import type { FastifyRequest } from 'fastify';
import { RefusedRequest, unavailable } from '../refusals/refused-request.ts';
import { KnownKeys } from './known-keys.ts';
import type { Upstream } from './upstream.ts';

/** What the service said of a caller it refuses, to be handed on as it is. */
export class CallerRefused extends Error {
  override readonly name = 'CallerRefused';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;

  constructor(status: number, headers: Readonly<Record<string, string>>, body: string) {
    super('the service refused the caller');
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

const handedOn = ['content-type', 'www-authenticate', 'retry-after'] as const;
const ASK_MS_MAX = 4_000;

const noKey = (): RefusedRequest =>
  new RefusedRequest('unauthenticated', 'no-key', {
    detail: 'Send a valid key: Authorization: Bearer tact_<env>_<random>.',
    headers: { 'www-authenticate': 'Bearer realm="tact"' },
  });

const tell = async (asking: Promise<void>, done: (error?: Error) => void): Promise<void> => {
  try {
    await asking;
  } catch (error) {
    return done(error as Error);
  }
  return done();
};

/** Asks a service who calls before a body is read for it: a stranger's body costs nobody but the stranger. */
export class Authentication {
  readonly #known = new KnownKeys();
  readonly #asked = new Map<string, Promise<void>>();

  /** Calls back with nothing, or with `RefusedRequest` or `CallerRefused`; at once where the key is known. */
  check({ headers, ip }: FastifyRequest, upstream: Upstream, done: (error?: Error) => void): void {
    const { authorization } = headers;
    if (authorization === undefined) return done(noKey());
    const hash = KnownKeys.hashOf(authorization);
    if (this.#known.has(hash)) return done();
    void tell(this.#vouched(upstream, { authorization, hash, ip }), done);
    return undefined;
  }

  /** Requests that come while a question is under way wait for its answer. */
  #vouched(upstream: Upstream, caller: { authorization: string; hash: string; ip: string }) {
    const name = `${caller.ip} ${caller.hash}`;
    const underWay = this.#asked.get(name);
    if (underWay !== undefined) return underWay;
    const asking = this.#ask(upstream, caller).finally(() => this.#asked.delete(name));
    this.#asked.set(name, asking);
    return asking;
  }

  async #ask(
    upstream: Upstream,
    { authorization, hash, ip }: { authorization: string; hash: string; ip: string },
  ): Promise<void> {
    const answer = await this.#answerOf(upstream, { authorization, 'x-forwarded-for': ip });
    if (answer.status === 204) this.#known.add(hash);
    // A service of an older version has no such route; it checks the key itself when the request arrives.
    else if (answer.status !== 404) {
      throw new CallerRefused(answer.status, answer.headers, answer.body);
    }
  }

  async #answerOf(upstream: Upstream, headers: Record<string, string>) {
    try {
      const signal = AbortSignal.timeout(ASK_MS_MAX);
      const options = { method: 'GET', path: '/internal/caller', headers, signal } as const;
      const { statusCode, headers: given, body } = await upstream.ask(options);
      const kept = handedOn.flatMap((name) => {
        const value = given[name];
        return typeof value === 'string' ? [[name, value] as const] : [];
      });
      return { status: statusCode, headers: Object.fromEntries(kept), body: await body.text() };
    } catch {
      throw unavailable('service-away', 'A service does not answer now.');
    }
  }
}
