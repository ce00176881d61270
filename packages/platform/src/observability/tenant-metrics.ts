import { Counter, Registry } from 'prom-client';

/** Beyond so many the rest are counted together: each one is a series for every area and outcome. */
const TENANTS_MAX = 1000;
const theRest = 'other';

export type TenantObservation = {
  readonly tenantId: string;
  /** The route's pattern. */
  readonly route: string;
  readonly status: number;
};

/** `/v1/contacts/:contactId/signals` counts as contacts. */
const areaOf = (route: string): string => {
  const [version, area] = route.split('/').slice(1);
  return version === 'v1' && area !== undefined ? area : 'operations';
};

const outcomeOf = (status: number): 'taken' | 'refused' | 'failed' => {
  if (status >= 500) return 'failed';
  return status >= 400 ? 'refused' : 'taken';
};

/** What each tenant asked of this process. It is kept apart from `/metrics`, which anybody near may read. */
export class TenantMetrics {
  readonly registry = new Registry();
  readonly #tenants = new Set<string>();
  readonly #requests: Counter<'tenant' | 'area' | 'outcome'>;

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    this.#requests = new Counter({
      name: 'tact_tenant_requests_total',
      help: 'Requests and webhooks of each tenant, by area of the API and what came of them.',
      labelNames: ['tenant', 'area', 'outcome'],
      registers: [this.registry],
    });
  }

  observe({ tenantId, route, status }: TenantObservation): void {
    const isCounted = this.#tenants.has(tenantId) || this.#tenants.size < TENANTS_MAX;
    if (isCounted) this.#tenants.add(tenantId);
    this.#requests.inc({
      tenant: isCounted ? tenantId : theRest,
      area: areaOf(route),
      outcome: outcomeOf(status),
    });
  }
}
