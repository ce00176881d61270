import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem, type Credentials } from '@tact/contracts';
import type { z } from 'zod';
import { ApiError } from './api-error.ts';
import { signatureOf } from './whatsapp-signature.ts';

export type ApiAnswer = { readonly status: number; readonly text: string; readonly json: unknown };

const TRIES = 8;
const WAIT_MS_MAX = 5_000;
const TIMEOUT_MS = 30_000;

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const waitAsked = (answer: Response, turn: number): number => {
  const asked = Number(answer.headers.get('retry-after')) * 1000;
  return Math.min(asked > 0 ? asked : 100 * 2 ** turn, WAIT_MS_MAX);
};

/** What a client of the platform does: calls with its key, waits when asked to, says plainly what went wrong. */
export class TactClient {
  readonly #credentials: Credentials;
  readonly #signal: AbortSignal | undefined;

  constructor(credentials: Credentials, signal?: AbortSignal) {
    this.#credentials = credentials;
    this.#signal = signal;
  }

  get credentials(): Credentials {
    return this.#credentials;
  }

  /** One call; 429 and 503 are tried again after the time they name. Throws `ApiError` when nobody answers. */
  async call(path: string, init: RequestInit = {}): Promise<ApiAnswer> {
    for (let turn = 0; ; turn += 1) {
      const answer = await this.#fetch(path, init);
      const text = await answer.text();
      const later = answer.status === 429 || answer.status === 503;
      if (!later || turn >= TRIES) return { status: answer.status, text, json: jsonOf(text) };
      await sleep(waitAsked(answer, turn), undefined, { signal: this.#signal });
    }
  }

  /** Reads what the schema of contracts says is there; rejects with a `ZodError` when something else is. */
  async get<Body>(path: string, body: z.ZodType<Body>): Promise<Body> {
    const answer = await this.call(path, { headers: this.#authorized() });
    return body.parse(this.#expect('GET', path, answer));
  }

  async getText(path: string): Promise<string> {
    const answer = await this.call(path, { headers: this.#authorized() });
    this.#expect('GET', path, answer);
    return answer.text;
  }

  /** A body of any length, sent once: a stream cannot be sent again. It may take as long as it takes. */
  async upload(
    path: string,
    body: ReadableStream<Uint8Array>,
    contentType: string,
  ): Promise<unknown> {
    const init = {
      method: 'POST',
      body,
      duplex: 'half' as const,
      headers: { ...this.#authorized(), 'content-type': contentType },
    };
    const answer = await this.#fetch(path, init, Infinity);
    const text = await answer.text();
    return this.#expect('POST', path, { status: answer.status, text, json: jsonOf(text) });
  }

  /** A create. Unless a key is given it is the hash of what is asked, so asking twice creates once. */
  async post(path: string, body: unknown, idempotencyKey?: string): Promise<unknown> {
    const hash = createHash('sha256').update(`${path}\n${JSON.stringify(body)}`);
    return this.#send(path, body, { 'idempotency-key': idempotencyKey ?? hash.digest('hex') });
  }

  /** A question whose answer does not fit into an address; asking twice is asking twice. */
  ask(path: string, body: unknown): Promise<unknown> {
    return this.#send(path, body, {});
  }

  /** What is there from now on; asking twice changes it once. */
  async put(path: string, body: unknown): Promise<unknown> {
    const headers = { ...this.#authorized(), 'content-type': 'application/json' };
    const answer = await this.call(path, { method: 'PUT', body: JSON.stringify(body), headers });
    return this.#expect('PUT', path, answer);
  }

  async delete(path: string): Promise<unknown> {
    const answer = await this.call(path, { method: 'DELETE', headers: this.#authorized() });
    return this.#expect('DELETE', path, answer);
  }

  /** A webhook as Meta would send it. Throws `ApiError` unless it was accepted. */
  async webhook(body: Uint8Array<ArrayBuffer>): Promise<void> {
    const path = '/v1/webhooks/whatsapp';
    const signature = signatureOf(body, this.#credentials.whatsapp.appSecret);
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
    this.#expect('POST', path, await this.call(path, { method: 'POST', body, headers }));
  }

  async #send(path: string, body: unknown, more: Record<string, string>): Promise<unknown> {
    const headers = { ...this.#authorized(), 'content-type': 'application/json', ...more };
    const answer = await this.call(path, { method: 'POST', body: JSON.stringify(body), headers });
    return this.#expect('POST', path, answer);
  }

  #authorized(): Record<string, string> {
    return { authorization: `Bearer ${this.#credentials.apiKey}` };
  }

  #expect(method: string, path: string, { status, json }: ApiAnswer): unknown {
    if (status >= 200 && status < 300) return json;
    const problem = Problem.safeParse(json).data;
    const why = problem ? `${problem.title}${problem.detail ? ` ${problem.detail}` : ''}` : '';
    const details = (problem?.errors ?? []).map(
      ({ pointer, message }) => `${pointer === '' ? 'the whole' : pointer}: ${message}`,
    );
    throw new ApiError(`${method} ${path} answered ${status}. ${why}`.trim(), { details });
  }

  async #fetch(path: string, init: RequestInit, msMax = TIMEOUT_MS): Promise<Response> {
    const limits = [
      ...(this.#signal ? [this.#signal] : []),
      ...(msMax === Infinity ? [] : [AbortSignal.timeout(msMax)]),
    ];
    const signal = AbortSignal.any(limits);
    try {
      return await fetch(`${this.#credentials.origin}${path}`, { ...init, signal });
    } catch (error) {
      if (this.#signal?.aborted) throw error;
      throw new ApiError(
        `Tact does not run at ${this.#credentials.origin}: start the platform with npm start.`,
        { cause: error },
      );
    }
  }
}
