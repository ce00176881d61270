import { Readable } from 'node:stream';
import { serviceNames, type ServiceName } from '@tact/contracts';
import type { Dispatcher } from 'undici';
import type { Origins } from '../config.ts';
import type { Answered } from './answer.ts';
import { Upstream, type TrafficClass } from './upstream.ts';

const PROBE_EVERY_MS = 1_000;
/** Nobody waits for a service that nobody asks: it is probed at every so manieth look. */
const UNASKED_LOOKS = 5;

const trafficOf = ({ path, body }: Dispatcher.RequestOptions): TrafficClass => {
  if (body instanceof Readable) return 'imports';
  return path.startsWith('/v1/webhooks/') ? 'webhooks' : 'requests';
};

/** The services by name. `@fastify/reply-from` sends through `request`, to `http://<service>`. */
export class Upstreams {
  readonly #services = new Map<ServiceName, Upstream>(
    serviceNames.map((service) => [service, new Upstream()]),
  );
  readonly #probes: NodeJS.Timeout;
  readonly #probing = new Set<ServiceName>();
  #looks = 0;

  constructor() {
    this.#probes = setInterval(() => this.#probe(), PROBE_EVERY_MS);
  }

  moveTo(origins: Origins): void {
    for (const [service, upstream] of this.#services) upstream.moveTo(origins[service]);
  }

  of(service: ServiceName): Upstream {
    const upstream = this.#services.get(service);
    if (upstream === undefined) throw new Error('a service without a row in contracts');
    return upstream;
  }

  readonly originOf = (service: ServiceName): string | undefined => this.of(service).origin;

  readonly request = ((options: Dispatcher.RequestOptions, answered: Answered): void => {
    // `http://` and the name.
    const service = String(options.origin).slice(7) as ServiceName;
    this.of(service).request(trafficOf(options), options, answered);
  }) as unknown as Dispatcher['request'];

  async close(): Promise<void> {
    clearInterval(this.#probes);
    await Promise.all([...this.#services.values()].map((upstream) => upstream.close()));
  }

  /** One probe per service at a time: a silent one is asked again when the last question has timed out. */
  #probe(): void {
    this.#looks += 1;
    const isForAll = this.#looks % UNASKED_LOOKS === 0;
    for (const [service, upstream] of this.#services) {
      if (this.#probing.has(service) || !(isForAll || upstream.mustBeProbed)) continue;
      this.#probing.add(service);
      void upstream.probe().finally(() => this.#probing.delete(service));
    }
  }
}
