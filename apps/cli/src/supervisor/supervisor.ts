import { join } from 'node:path';
import { serviceNames, type ServiceName } from '@tact/contracts';
import { Refusal } from '../terminal/refusal.ts';
import type { ServiceRun } from '../home/run-file.ts';
import { SupervisedService } from './supervised-service.ts';

export type SupervisorOptions = {
  /** The program of a service. */
  readonly entryOf: (service: ServiceName) => string;
  readonly env: () => NodeJS.ProcessEnv;
  /** What each is told when it is ready: what changed since its settings were read. */
  readonly readyMessage: () => object;
  readonly logs: string;
  readonly warn: (text: string) => void;
  readonly changed: (services: readonly ServiceRun[]) => void;
  /** A service says of its own accord what it has to say. */
  readonly received: (from: SupervisedService, message: unknown) => void;
};

const READY_MS_MAX = 180_000;
const STOP_GRACE_MS = 10_000;

/** The four services of the platform, each a process of its own. */
export class Supervisor {
  readonly #services: ReadonlyMap<ServiceName, SupervisedService>;

  constructor({ entryOf, changed, received, logs, ...options }: SupervisorOptions) {
    this.#services = new Map(
      serviceNames.map((service) => [
        service,
        new SupervisedService({
          ...options,
          service,
          entry: entryOf(service),
          logFile: join(logs, `${service}.log`),
          changed: () => changed(this.services),
          received: (message) => {
            const from = this.#services.get(service);
            if (from) received(from, message);
          },
        }),
      ]),
    );
  }

  get services(): readonly ServiceRun[] {
    return [...this.#services].map(([service, { run }]) => ({ service, ...run }));
  }

  /** Those that are at work, to be told something. */
  get running(): readonly SupervisedService[] {
    return [...this.#services.values()].filter(({ port }) => port !== undefined);
  }

  /** Where a service answers now; a restarted service has another port. */
  originOf(service: ServiceName): string | undefined {
    const port = this.#services.get(service)?.port;
    return port === undefined ? undefined : `http://127.0.0.1:${port}`;
  }

  /** Resolves when all answered ready; `note` hears who is still awaited. Throws `Refusal`. */
  async start(note: (text: string) => void, signal: AbortSignal): Promise<void> {
    const awaited = new Set<ServiceName>(serviceNames);
    const late = Promise.withResolvers<never>();
    const abort = (): void => late.reject(signal.reason);
    signal.addEventListener('abort', abort);
    const timer = setTimeout(() => {
      const names = [...awaited].join(', ');
      late.reject(new Refusal(`Not ready after ${READY_MS_MAX / 1000} s: ${names}; see the logs.`));
    }, READY_MS_MAX);
    try {
      const starts = serviceNames.map(async (service) => {
        await this.#services.get(service)?.start();
        awaited.delete(service);
        if (awaited.size > 0) note(`waiting for ${[...awaited].join(', ')}`);
      });
      await Promise.race([Promise.all(starts), late.promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#services.values()].map((service) => service.stop(STOP_GRACE_MS)));
  }

  killNow(): void {
    for (const service of this.#services.values()) service.killNow();
  }
}
