import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  AlertList,
  AuditPage,
  type CreatedApiKey,
  type ModelCard,
  type Problem,
  ProposalView,
  type Role,
  scopesOfRole,
  type StaffView,
} from '@tact/contracts';
import { assumedPriors } from '@tact/domain';
import { Client } from 'pg';
import { type Constellation, startConstellation } from '../constellation.ts';

let tact: Constellation;
const version = '2026-11-20-learned-1';
const live = assumedPriors.version;

beforeAll(async () => {
  tact = await startConstellation({ TACT_CLOCK: '2026-11-20T10:00:00Z' });
  const client = new Client({ connectionString: tact.databaseUrl });
  await client.connect();
  const metrics = { examples: 0, saidBlocked: 0, notBlocked: 0, bins: [] };
  const [splitAt, until] = ['2026-10-20T00:00:00.000Z', '2026-11-20T00:00:00.000Z'];
  const report = {
    window: { splitAt, until, contacts: 60 },
    rounds: 1,
    rates: [],
    labelFrequency: 1,
    calibration: { method: 'identity', slope: 1, intercept: 0, because: 'few labels' },
    heldOut: metrics,
    liveHeldOut: metrics,
    liveVersion: live,
  };
  // A fit takes fifty people and seconds: this one is there to be promoted.
  await client.query(
    `INSERT INTO scoring.models (tenant_id, version, number, state, started_at, fitted_at, priors, report, svg)
     VALUES ('demo', $1, 1, 'candidate', $4, $4, $2, $3, '<svg/>')`,
    [version, JSON.stringify({ ...assumedPriors, version }), JSON.stringify(report), until],
  );
  await client.end();
}, 60_000);
afterAll(() => tact?.stop(), 60_000);

const hire = async (role: Role, name: string) => {
  const asked = { name, email: `${role}@example.org`, roles: [role], language: 'fr' };
  const { staffId } = (await tact.call<StaffView>('POST', '/v1/staff', asked)).body;
  const drawn = { label: 'own', scopes: scopesOfRole[role], actor: staffId };
  const { key } = (await tact.call<CreatedApiKey>('POST', '/v1/api-keys', drawn)).body;
  return { staffId, headers: { authorization: `Bearer ${key}` } };
};
const stateOf = async () => (await tact.call<ModelCard>('GET', `/v1/models/${version}`)).body.state;

test('a model is promoted by whom another person agreed to, in the words they saw, and the audit names both', async () => {
  const ines = await hire('crm-ops', 'Inès Martin');
  const karim = await hire('compliance', 'Karim Benali');
  const promote = (reason: string) =>
    tact.call<Problem>(
      'POST',
      `/v1/models/${version}/promote`,
      { reason, comparedWith: live },
      ines.headers,
    );
  const first = await promote('Better on every measure.');
  expect([first.status, first.body.type, await stateOf()]).toEqual([
    409,
    '/problems/approval-missing',
    'candidate',
  ]);
  const path = `/v1/proposals/${first.body.proposalId}`;
  const seen = ProposalView.parse((await tact.call('GET', path, undefined, karim.headers)).body);
  expect(seen.content).toEqual([
    { field: 'version', value: version },
    { field: 'comparedWith', value: live },
    { field: 'reason', value: 'Better on every measure.' },
  ]);
  // As `tact alerts` asks each service.
  const compliance = tact.services.find(({ service }) => service === 'compliance');
  const alerts = await fetch(`${compliance?.origin}/alerts`, { headers: karim.headers });
  expect(AlertList.parse(await alerts.json()).items).toMatchObject([
    { kind: 'approval-waits', about: 'model-promotion', count: 1, state: 'open' },
  ]);
  const { contentSha256 } = seen;
  const agreed = await tact.call('POST', `${path}/approvals`, { contentSha256 }, karim.headers);
  expect(agreed.status).toBe(200);
  expect(await stateOf()).toBe('candidate');
  expect((await promote('For another reason.')).status).toBe(409);
  expect((await promote('Better on every measure.')).status).toBe(200);
  expect(await stateOf()).toBe('live');

  await tact.settled();
  const { items } = AuditPage.parse((await tact.call('GET', '/v1/audit-events?limit=50')).body);
  const acts = items
    .filter(({ about }) => about === version)
    .map(({ act, actor }) => `${act} ${actor}`);
  expect(acts.toSorted()).toEqual([
    `action-approved ${karim.staffId}`,
    `action-proposed ${ines.staffId}`,
    `action-proposed ${ines.staffId}`,
    `model-promoted ${ines.staffId}`,
  ]);
}, 60_000);
