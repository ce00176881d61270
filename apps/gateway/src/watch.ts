import type { FastifyReply, FastifyRequest } from 'fastify';
import { Metrics, type Log } from '@tact/platform/observability';

/** What is counted and logged of the requests: one line for each that is refused here, without a word of the caller's. */
export class Watch {
  readonly metrics = new Metrics('gateway');
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
    const line = { reason, status, method, target: target?.route?.service };
    if (status >= 500) this.#log.warn(line, 'request refused');
    else this.#log.info(line, 'request refused');
  }

  connectionRefused(): void {
    this.#refused.inc({ reason: 'connections-per-address' });
  }
}
