import { expect, test } from '@jest/globals';
import { TenantMetrics } from './tenant-metrics.ts';

const seriesOf = async (metrics: TenantMetrics): Promise<string[]> =>
  (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('tact_tenant'));

test('a request counts for its tenant by area and by what came of it, never by an id', async () => {
  const metrics = new TenantMetrics('scoring');
  const route = '/v1/contacts/:contactId/signals';
  for (const status of [200, 201, 404, 500]) metrics.observe({ tenantId: 'acme', route, status });
  metrics.observe({ tenantId: 'acme', route: '/v1/projections', status: 403 });
  metrics.observe({ tenantId: 'acme', route: '/alerts', status: 200 });
  expect(await seriesOf(metrics)).toEqual([
    'tact_tenant_requests_total{tenant="acme",area="contacts",outcome="taken",service="scoring"} 2',
    'tact_tenant_requests_total{tenant="acme",area="contacts",outcome="refused",service="scoring"} 1',
    'tact_tenant_requests_total{tenant="acme",area="contacts",outcome="failed",service="scoring"} 1',
    'tact_tenant_requests_total{tenant="acme",area="projections",outcome="refused",service="scoring"} 1',
    'tact_tenant_requests_total{tenant="acme",area="operations",outcome="taken",service="scoring"} 1',
  ]);
});

test('beyond a thousand tenants the rest are counted together', async () => {
  const metrics = new TenantMetrics('scoring');
  for (let nth = 0; nth < 1003; nth += 1) {
    metrics.observe({ tenantId: `t${nth}`, route: '/v1/signals', status: 200 });
  }
  metrics.observe({ tenantId: 't0', route: '/v1/signals', status: 200 });
  const series = await seriesOf(metrics);
  expect(series).toHaveLength(1001);
  expect(series.filter((line) => /"(other|t0)"/.test(line)).map((line) => line.slice(-2))).toEqual([
    ' 2',
    ' 3',
  ]);
});
