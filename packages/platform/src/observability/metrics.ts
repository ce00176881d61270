import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { TenantMetrics } from './tenant-metrics.ts';

export type HttpObservation = {
  readonly method: string;
  /** The route's pattern: a path would make one series per contact. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  /** Whose request it was, once that was known. */
  readonly tenantId?: string | undefined;
};

/** The lag of the event loop is sampled this often: each sample wakes a process that has nothing else to do. */
const LAG_MS = 250;

/** The service's Prometheus metrics. Labels hold closed sets only: never an id, never a person. */
export class Metrics {
  readonly registry = new Registry();
  /** Figures that name tenants, for an operator alone. */
  readonly ofTenants: TenantMetrics;
  readonly #http: Histogram<'method' | 'route' | 'status'>;

  constructor(service: string, options: { process?: boolean } = {}) {
    this.registry.setDefaultLabels({ service });
    this.ofTenants = new TenantMetrics(service);
    if (options.process ?? true) {
      collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: LAG_MS });
    }
    this.#http = new Histogram({
      name: 'tact_http_request_duration_seconds',
      help: 'Time from the first byte of a request to the end of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [this.registry],
    });
  }

  observeHttp({ method, route, status, durationMs, tenantId }: HttpObservation): void {
    this.#http.observe({ method, route, status: String(status) }, durationMs / 1000);
    if (tenantId !== undefined) this.ofTenants.observe({ tenantId, route, status });
  }

  /** A counter of the service, made once: the same name gives the same counter. */
  counter<Label extends string>(name: string, help: string, labels: readonly Label[] = []) {
    const known = this.registry.getSingleMetric(name);
    if (known instanceof Counter) return known as Counter<Label>;
    return new Counter({ name, help, labelNames: [...labels], registers: [this.registry] });
  }

  /** A gauge read at scrape time. A failing read leaves the last value, the scrape goes on. */
  gauge<Label extends string>(
    name: string,
    help: string,
    read: (gauge: Gauge<Label>) => Promise<void>,
    labels: readonly Label[] = [],
  ): void {
    const collect = async function collect(this: Gauge<Label>): Promise<void> {
      await read(this).catch(() => undefined);
    };
    const gauge = new Gauge({ name, help, labelNames: [...labels], registers: [], collect });
    this.registry.registerMetric(gauge);
  }

  async print(registry: Registry = this.registry): Promise<{ contentType: string; text: string }> {
    return { contentType: registry.contentType, text: await registry.metrics() };
  }
}
