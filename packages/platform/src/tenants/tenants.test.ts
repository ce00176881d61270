import { expect, test } from '@jest/globals';
import { Installation } from './installation.ts';
import { firstDetails } from './installation.ts';
import type { TenantRow } from './tenant-settings.ts';
import { Tenants } from './tenants.ts';

const rowOf = (tenantId: string, more: Partial<TenantRow> = {}): TenantRow => ({
  tenantId,
  settings: firstDetails(tenantId),
  sealed: null,
  createdAt: new Date(0),
  changedAt: new Date(0),
  version: 1,
  ...more,
});
const installation = new Installation({
  TACT_BOOTSTRAP_TENANT: 'demo',
  DEFAULT_COUNTRY: 'FR',
  WHATSAPP_APP_SECRET: 'secret',
  WHATSAPP_VERIFY_TOKEN: 'token',
  WHATSAPP_WABA_IDS: '1, 2,',
});

/** A register whose rows are given, and what was asked of it. */
const register = (rows: TenantRow[]) => {
  const asked = { queries: 0, opened: [] as string[], now: 0 };
  let held: Promise<void> | undefined;
  let isAway = false;
  const tenants = new Tenants({
    queryable: {
      query: async <Row>(): Promise<Row[]> => {
        asked.queries += 1;
        const now = [...rows];
        await held;
        if (isAway) throw new Error('the database is away');
        return now as Row[];
      },
    },
    texts: {
      open: ({ tenantId }, sealed) => {
        asked.opened.push(tenantId);
        return sealed === 'broken'
          ? Promise.reject(new Error('a broken seal'))
          : Promise.resolve(sealed);
      },
    },
    installation,
    now: () => asked.now,
  });
  const hold = (): (() => void) => {
    let release = () => {};
    held = new Promise((resolve) => {
      release = () => {
        held = undefined;
        resolve();
      };
    });
    return release;
  };
  return { tenants, asked, rows, hold, away: (is: boolean) => (isAway = is) };
};

test('the register is read once, for names that are there and for those that are not', async () => {
  const { tenants, asked } = register([rowOf('acme')]);
  for (const slug of ['acme', 'nobody', 'acme', 'another']) await tenants.of(slug);
  expect(await tenants.of('nobody')).toBeUndefined();
  expect(asked.queries).toBe(1);
});

test('who asks after a change waits for what it is now; what did not change is not opened again', async () => {
  const { tenants, asked, rows } = register([
    rowOf('acme', { sealed: '{"appSecret":"one"}' }),
    rowOf('zeta', { sealed: '{}' }),
  ]);
  await tenants.all();
  rows[0] = rowOf('acme', {
    settings: { ...firstDetails('acme'), name: 'Acme' },
    changedAt: new Date(1),
    version: 2,
  });
  expect((await tenants.of('acme'))?.name).toBe('acme');
  tenants.forget();
  expect((await tenants.of('acme'))?.name).toBe('Acme');
  await tenants.all();
  expect(asked.opened.toSorted()).toEqual(['acme', 'zeta']);
});

test('what was read before a change is not kept behind it', async () => {
  const { tenants, rows, hold } = register([rowOf('acme')]);
  const release = hold();
  const early = tenants.of('acme');
  await Promise.resolve();
  rows[0] = rowOf('acme', {
    settings: { ...firstDetails('acme'), name: 'Acme' },
    changedAt: new Date(1),
    version: 2,
  });
  tenants.forget();
  const late = tenants.of('acme');
  release();
  expect((await early)?.name).toBe('acme');
  expect((await late)?.name).toBe('Acme');
  expect((await tenants.of('acme'))?.name).toBe('Acme');
});

test('after a while it is read anew, and nobody waits for it, not even where it cannot be', async () => {
  const { tenants, asked, away } = register([rowOf('acme')]);
  await tenants.of('acme');
  away(true);
  asked.now = 15_001;
  expect((await tenants.of('acme'))?.name).toBe('acme');
  expect(asked.queries).toBe(2);
  expect((await tenants.of('acme'))?.name).toBe('acme');
  tenants.forget();
  await expect(tenants.of('acme')).rejects.toThrow('the database is away');
  away(false);
  expect((await tenants.of('acme'))?.name).toBe('acme');
});

test('a broken seal is in nobody else’s way, and is tried again', async () => {
  const { tenants, asked } = register([rowOf('acme', { sealed: 'broken' }), rowOf('zeta')]);
  expect((await tenants.of('zeta'))?.name).toBe('zeta');
  expect(await tenants.countryOf('acme')).toBe('FR');
  for (const _ of [1, 2]) await expect(tenants.of('acme')).rejects.toThrow('a broken seal');
  expect(asked.opened).toEqual(['acme', 'acme']);
});

test('the environment speaks for the first tenant until that one does', async () => {
  const { tenants, rows } = register([]);
  const first = await tenants.of('demo');
  expect(first).toMatchObject({
    country: 'FR',
    whatsapp: { wabaIds: ['1', '2'], appSecret: 'secret' },
  });
  expect((await tenants.all()).map(({ tenantId }) => tenantId)).toEqual(['demo']);
  const whatsapp = { wabaIds: ['3'], senders: [] };
  const settings = { ...firstDetails('demo'), country: 'CI', whatsapp };
  rows.push(rowOf('demo', { settings, sealed: '{"appSecret":"own","verifyToken":"own"}' }));
  tenants.forget();
  expect(await tenants.of('demo')).toMatchObject({
    country: 'CI',
    whatsapp: { wabaIds: ['3'], appSecret: 'own' },
  });
  expect(await tenants.countryOf('demo')).toBe('CI');
  expect(await tenants.countryOf('elsewhere')).toBe('FR');
});
