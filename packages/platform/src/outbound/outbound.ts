import { isIP } from 'node:net';
import { Agent, buildConnector, request as ask, type Dispatcher } from 'undici';
import type { Log } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { AddressPolicy } from './address-policy.ts';
import { Circuits } from './circuits.ts';
import { OutboundFailed, type OutboundReason } from './outbound-failed.ts';
import { readBody } from './read-body.ts';
import { retryAfterMsOf } from './retry-after.ts';

export type OutboundLimits = {
  readonly connectMsMax: number;
  /** Before the answer begins, and between its pieces. */
  readonly silenceMsMax: number;
  /** Of the whole, from the look-up of the name to the last byte. */
  readonly totalMsMax: number;
  readonly answerBytesMax: number;
};

export const outboundLimits: OutboundLimits = {
  connectMsMax: 3_000,
  silenceMsMax: 5_000,
  totalMsMax: 10_000,
  answerBytesMax: 1024 * 1024,
};

export type OutboundRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Gives the headers that prove who sends: asked just before each request, with the very bytes that are sent. */
  readonly sign?: (
    body: Uint8Array,
  ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
};

/** Signed, as bytes. */
type Ready = Pick<OutboundRequest, 'method' | 'url'> & {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
};

export type OutboundAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** The time that the server asked for, with 429 and 503. */
  readonly retryAfterMs?: number;
};

export type OutboundOptions = {
  readonly policy: AddressPolicy;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits?: OutboundLimits;
  readonly circuits?: Circuits;
  /** The platform's clock, for `Retry-After` as a date. */
  readonly now?: () => Date;
};

const reasons: Readonly<Record<string, OutboundReason>> = {
  // These alone come before a byte was written, and say that the server never had the request.
  ENOTFOUND: 'no-connection',
  EAI_AGAIN: 'no-connection',
  ECONNREFUSED: 'no-connection',
  EHOSTUNREACH: 'no-connection',
  ENETUNREACH: 'no-connection',
  UND_ERR_CONNECT_TIMEOUT: 'no-connection',
  UND_ERR_HEADERS_TIMEOUT: 'silence',
  UND_ERR_BODY_TIMEOUT: 'silence',
  HPE_INVALID_CONSTANT: 'not-http',
};

const failureOf = (error: unknown): OutboundFailed => {
  if (error instanceof OutboundFailed) return error;
  const { code, name } = error as { code?: string; name?: string };
  if (name === 'TimeoutError') return new OutboundFailed('timeout');
  const isHttp = name === 'HTTPParserError' ? 'not-http' : undefined;
  // What is not known may have come after the request was sent.
  return new OutboundFailed(isHttp ?? reasons[code ?? ''] ?? 'broken-off', { code });
};

/** Connects to checked addresses alone: the look-up is part of it, so a name cannot mean another one meanwhile. */
const connectorOf = (policy: AddressPolicy, timeout: number): buildConnector.connector => {
  const connect = buildConnector({ timeout, lookup: policy.connectLookUp });
  return (options, done) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    // Of an address in numbers nothing is looked up.
    if (isIP(host) !== 0 && !policy.allows(host)) done(new OutboundFailed('address-refused'), null);
    else connect(options, done);
  };
};

/**
 * The one way out over HTTP. It follows no redirect, keeps no cookie, tries nothing twice, and writes one log line a
 * request: method, host, status, time, and neither path nor content.
 */
export class Outbound {
  readonly #options: OutboundOptions;
  readonly #limits: OutboundLimits;
  readonly #circuits: Circuits;
  readonly #agent: Agent;

  constructor(options: OutboundOptions) {
    this.#options = options;
    this.#limits = options.limits ?? outboundLimits;
    this.#circuits = options.circuits ?? new Circuits();
    const { connectMsMax, silenceMsMax } = this.#limits;
    this.#agent = new Agent({
      connect: connectorOf(options.policy, connectMsMax),
      headersTimeout: silenceMsMax,
      bodyTimeout: silenceMsMax,
      keepAliveTimeout: 4_000,
      maxHeaderSize: 16 * 1024,
      connections: 16,
    });
  }

  /** Any status is an answer. Throws `OutboundFailed` when none came, or the host rests. */
  async send(request: OutboundRequest): Promise<OutboundAnswer> {
    const began = performance.now();
    const { host } = new URL(request.url);
    const { body } = request;
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    // What cannot be signed is the caller's matter and no failure of the host.
    const proof = await request.sign?.(bytes ?? new Uint8Array());
    const ready: Ready = { ...request, body: bytes, headers: { ...request.headers, ...proof } };
    const reported = (outcome: string, status?: number): void => {
      const { log, metrics } = this.#options;
      const durationMs = Math.round(performance.now() - began);
      log.info({ method: request.method, host, outcome, status, durationMs }, 'request sent out');
      metrics
        .counter('tact_outbound_requests_total', 'Requests to other systems, by their end.', [
          'outcome',
        ])
        .inc({ outcome });
    };
    try {
      const answer = await this.#sendOnce(ready, host);
      reported('answered', answer.status);
      return answer;
    } catch (error) {
      const failure = failureOf(error);
      reported(failure.reason);
      throw failure;
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #sendOnce(request: Ready, host: string): Promise<OutboundAnswer> {
    const restMs = this.#circuits.restMs(host);
    if (restMs !== undefined) throw new OutboundFailed('host-rests', { retryAfterMs: restMs });
    try {
      const answer = await this.#ask(request);
      // A server that fails at everything is left alone like one that is away; a 4xx is the caller's matter.
      const isFailing = answer.status >= 500 && answer.retryAfterMs === undefined;
      if (isFailing) this.#circuits.failed(host);
      else this.#circuits.answered(host, answer.retryAfterMs);
      return answer;
    } catch (error) {
      const failure = failureOf(error);
      // What was refused by us says nothing of the host.
      if (failure.reason !== 'address-refused') this.#circuits.failed(host);
      throw failure;
    }
  }

  async #ask({ method, url, headers, body }: Ready): Promise<OutboundAnswer> {
    const { totalMsMax, answerBytesMax } = this.#limits;
    const signal = AbortSignal.timeout(totalMsMax);
    const reported = await ask(url, {
      method,
      dispatcher: this.#agent,
      headers,
      signal,
      ...(body === undefined ? {} : { body }),
    });
    const answer = { status: reported.statusCode, headers: reported.headers };
    const retryAfterMs = this.#timeAskedFor(reported);
    const text = await readBody(reported.body, { bytesMax: answerBytesMax, signal });
    return { ...answer, body: text, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }

  #timeAskedFor({ statusCode, headers }: Dispatcher.ResponseData): number | undefined {
    if (statusCode !== 429 && statusCode !== 503) return undefined;
    const now = this.#options.now?.() ?? new Date();
    return retryAfterMsOf(headers['retry-after'], now.getTime());
  }
}
