import type { FastifyReply, FastifyRequest } from 'fastify';
import { Metrics, type Log } from '@tact/platform/observability';

const LINES_MAX = 20;
const LINES_OF_MS = 10_000;

/**
 * What is counted and logged of the requests: a line for what is refused here, without a word of the caller's. All
 * are counted; how many come is the callers' choice, and must not be how fast the log grows.
 */
export class Watch {
  readonly metrics = new Metrics('gateway');
  readonly #lines = new Map<string, { since: number; lines: number }>();
  readonly #log: Log;
  readonly #refused;

  constructor(log: Log) {
    this.#log = log;
    this.#refused = this.metrics.counter(
      'tact_gateway_refused_total',
      'Requests and connections the gateway refused itself.',
      ['reason'],
    );
  }

  get log(): Log {
    return this.#log;
  }

  answered({ method, target, is404 }: FastifyRequest, reply: FastifyReply): void {
    // `target` is absent where the first line itself was refused.
    const route = is404 ? 'unmatched' : (target?.route?.service ?? 'gateway');
    const { statusCode: status, elapsedTime: durationMs } = reply;
    this.metrics.observeHttp({ method, route, status, durationMs });
  }

  refused(reason: string, { method, target }: FastifyRequest, status: number): void {
    this.#refused.inc({ reason });
    if (!this.#isLogged(reason, performance.now())) return;
    const line = { reason, status, method, target: target?.route?.service };
    if (status >= 500) this.#log.warn(line, 'request refused');
    else this.#log.info(line, 'request refused');
  }

  /** Reasons are our own words, so there are few of them. */
  #isLogged(reason: string, now: number): boolean {
    const recent = this.#lines.get(reason);
    if (recent === undefined || now - recent.since >= LINES_OF_MS) {
      this.#lines.set(reason, { since: now, lines: 1 });
      return true;
    }
    recent.lines += 1;
    return recent.lines <= LINES_MAX;
  }

  connectionRefused(): void {
    this.#refused.inc({ reason: 'connections-per-address' });
  }
}
