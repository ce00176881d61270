import { performance } from 'node:perf_hooks';
import { Pool, type Dispatcher } from 'undici';
import { AnswerReader, type Answered } from './answer.ts';

/**
 * What shares connections. A webhook never waits behind anything else, an import that takes hours holds none that
 * others need, a stranger's keys are asked about apart, and whether a service lives is asked behind none of them.
 */
export const trafficClasses = ['webhooks', 'requests', 'imports', 'operations', 'probes'] as const;
export type TrafficClass = (typeof trafficClasses)[number];

const connections: Record<TrafficClass, number> = {
  webhooks: 128,
  requests: 512,
  imports: 128,
  operations: 32,
  probes: 2,
};
/** Silence of a service before its answer begins; one that hangs as a whole is noticed by its probe. */
const answerMsMax: Record<TrafficClass, number> = {
  webhooks: 60_000,
  requests: 120_000,
  imports: 600_000,
  operations: 4_000,
  probes: 4_000,
};
const PROBE_MS_MAX = 1_500;

/** A request that has not found its service, in the words of `unavailable`. */
export class ServiceAway extends Error {
  override readonly name = 'ServiceAway';
}

/** One service behind the gateway: its address, its connections, and whether it is alive. */
export class Upstream {
  #origin: string | undefined;
  #pools: Record<TrafficClass, Pool> | undefined;
  #isSilent = false;

  /** A service that was started again has another address; undefined while it has none. */
  moveTo(origin: string | undefined): void {
    if (origin === this.#origin) return;
    this.#origin = origin;
    this.#isSilent = false;
    this.#renew(new ServiceAway('the service was started again'));
  }

  get origin(): string | undefined {
    return this.#origin;
  }

  /** False while it has no address or did not answer its probe. */
  get isAway(): boolean {
    return this.#origin === undefined || this.#isSilent;
  }

  /** True while somebody waits for it, or is refused because it was silent. */
  get mustBeProbed(): boolean {
    const pools = this.#pools;
    if (pools === undefined || this.#isSilent) return true;
    return trafficClasses.some((traffic) => {
      const { running, queued, pending } = pools[traffic].stats;
      return running + queued + pending > 0;
    });
  }

  /** Sends one request; its body is framed here, by what is sent. */
  request(traffic: TrafficClass, options: Dispatcher.RequestOptions, answered: Answered): void {
    const pools = this.#pools;
    if (this.isAway || pools === undefined || this.#origin === undefined) {
      answered(new ServiceAway('the service does not answer'), undefined as never);
      return;
    }
    pools[traffic].dispatch({ ...options, origin: this.#origin }, new AnswerReader(answered));
  }

  ask(options: Omit<Dispatcher.RequestOptions, 'origin'>): Promise<Dispatcher.ResponseData> {
    if (this.#pools === undefined) throw new ServiceAway('the service has no address');
    return this.#pools.operations.request(options);
  }

  /**
   * One look whether the process answers at all. Missed twice in a row, all that waits for it is broken off: a caller
   * would else wait as long as the service is frozen.
   */
  async probe(): Promise<void> {
    const origin = this.#origin;
    if (origin === undefined) return;
    const began = performance.now();
    const answers = (await this.#isLive()) || (await this.#isLive());
    if (origin !== this.#origin) return;
    if (answers) this.#isSilent = false;
    else if (!this.#isSilent) {
      this.#isSilent = true;
      const ms = Math.round(performance.now() - began);
      this.#renew(new ServiceAway(`the service was silent for ${ms} ms`));
    }
  }

  async close(): Promise<void> {
    const pools = Object.values(this.#pools ?? {});
    this.#pools = undefined;
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  async #isLive(): Promise<boolean> {
    const signal = AbortSignal.timeout(PROBE_MS_MAX);
    const pool = this.#pools?.probes;
    if (pool === undefined) return false;
    try {
      const { body } = await pool.request({ method: 'GET', path: '/health/live', signal });
      await body.dump();
      // Whatever it says, it speaks; what it can do is the business of /health/ready.
      return true;
    } catch {
      return false;
    }
  }

  #renew(why: Error): void {
    const old = Object.values(this.#pools ?? {});
    const origin = this.#origin;
    this.#pools =
      origin === undefined
        ? undefined
        : {
            webhooks: poolOf(origin, 'webhooks'),
            requests: poolOf(origin, 'requests'),
            imports: poolOf(origin, 'imports'),
            operations: poolOf(origin, 'operations'),
            probes: poolOf(origin, 'probes'),
          };
    for (const pool of old) void pool.destroy(why);
  }
}

const poolOf = (origin: string, traffic: TrafficClass): Pool =>
  new Pool(origin, {
    connections: connections[traffic],
    // The next request on a connection is written when the answer before it is whole.
    pipelining: 1,
    connect: { timeout: 2_000 },
    headersTimeout: answerMsMax[traffic],
    bodyTimeout: 120_000,
    keepAliveTimeout: 4_000,
  });
