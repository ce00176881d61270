import { HOUR_MS } from '@tact/contracts';
import { memoryOfNobody } from '../stores/memory.ts';
import { nobody } from '../stores/rows.ts';

/** Failures in a row after which a host is left alone. */
const FAILURES_MAX = 5;
const REST_FIRST_MS = 1_000;
const REST_MS_MAX = 30_000;
/** However long a host asks for, it is asked again after that. */
export const RETRY_AFTER_MS_MAX = HOUR_MS;
/** Of so many hosts something is known at a time. */
const HOSTS_MAX = 10_000;

type Circuit = { failures: number; restUntil: number };

export const circuitMemory = memoryOfNobody<Circuit>({
  name: 'outbound hosts',
  holds: nobody,
  because: 'Hosts that the platform calls, and how often they failed.',
});

/**
 * Which hosts are left alone for a while: those that fail again and again, a second first and half a minute at most,
 * and those that asked for time. When the rest is over one request tries; its end decides. Spans are measured by the
 * process, so a clock that is moved neither opens nor closes one.
 */
export class Circuits {
  readonly #now: () => number;
  readonly #hosts = circuitMemory.open({ max: HOSTS_MAX });

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Milliseconds for which the host is not to be asked; undefined: ask. Whoever is let through is the one that tries. */
  restMs(host: string): number | undefined {
    const circuit = this.#hosts.get(host);
    if (circuit === undefined || circuit.restUntil === 0) return undefined;
    const leftMs = circuit.restUntil - this.#now();
    if (leftMs > 0) return leftMs;
    // Others wait for the end of this one, as long as a rest that failed again would last.
    circuit.restUntil = this.#now() + restOf(circuit.failures);
    return undefined;
  }

  /** The host answered, and asked for time or not. */
  answered(host: string, retryAfterMs: number | undefined): void {
    if (retryAfterMs === undefined) this.#hosts.delete(host);
    else {
      const restMs = Math.min(retryAfterMs, RETRY_AFTER_MS_MAX);
      this.#hosts.set(host, { failures: 0, restUntil: this.#now() + restMs });
    }
  }

  failed(host: string): void {
    const failures = (this.#hosts.get(host)?.failures ?? 0) + 1;
    const restUntil = failures < FAILURES_MAX ? 0 : this.#now() + restOf(failures);
    this.#hosts.set(host, { failures, restUntil });
  }
}

const restOf = (failures: number): number =>
  Math.min(REST_MS_MAX, REST_FIRST_MS * 2 ** Math.max(0, failures - FAILURES_MAX));
