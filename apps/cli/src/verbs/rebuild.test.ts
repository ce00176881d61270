import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ProjectionRebuild, ProjectionSummary } from '@tact/contracts';
import { type Home, homeAt } from '../home/home.ts';
import { identityOf } from '../home/process-identity.ts';
import { terminalOn } from '../terminal/terminal.ts';
import { listProjections, rebuild } from './rebuild.ts';

const at = '2026-11-29T10:00:00.000Z';
const rebuildId = 'rb_0123456789abcdef';
const running: ProjectionRebuild = {
  rebuildId,
  projection: 'consents',
  state: 'running',
  startedAt: at,
  progress: { of: 'events', done: 500, total: 2_000 },
};
const swapped: ProjectionRebuild = {
  ...running,
  state: 'swapped',
  finishedAt: at,
  progress: { of: 'events', done: 2_000, total: 2_000 },
  comparison: { liveRows: 9, newRows: 10, same: false },
};
const items: ProjectionSummary[] = [
  {
    name: 'consents',
    source: 'events',
    version: 2,
    state: 'rebuilding',
    position: 40,
    lag: 1_960,
    rebuildable: true,
    latestRebuild: running,
  },
  {
    name: 'outreach.contacts',
    source: 'log',
    state: 'current',
    lag: 0,
    rebuildable: false,
    whyNot: 'The log forgets.',
  },
];

let server: Server;
let home: Home;
let shown: ProjectionRebuild[];
let said: string;
const terminal = terminalOn({ write: (text: string) => (said += text) });

beforeEach(async () => {
  said = '';
  shown = [];
  server = createServer(({ method, url = '' }, response) => {
    const answers: Record<string, () => object | undefined> = {
      'GET /v1/projections': () => ({ items }),
      'POST /v1/projections/consents/rebuilds': () => running,
      [`GET /v1/projections/consents/rebuilds/${rebuildId}`]: () => shown.shift(),
    };
    const answer = answers[`${method} ${url}`]?.();
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  home = homeAt(mkdtempSync(join(tmpdir(), 'tact-rebuild-')));
  const ours = identityOf(process.pid);
  writeFileSync(
    home.run,
    JSON.stringify({
      origin: 'http://localhost:1',
      startedAt: at,
      supervisor: ours,
      stores: [],
      database: 'embedded',
      messageLog: 'postgres',
      services: [{ service: 'outreach', state: 'ready', restarts: 0, port, process: ours }],
    }),
  );
  const whatsapp = { appSecret: 'x', verifyToken: 'x', wabaIds: ['1'] };
  const credentials = { origin: 'http://localhost:1', tenant: 'demo', apiKey: 'k', whatsapp };
  writeFileSync(join(home.root, 'credentials.json'), JSON.stringify(credentials));
});
afterEach(() => {
  server.close();
  rmSync(home.root, { recursive: true, force: true });
});

const outreach = { service: 'outreach', projection: 'consents' };

test('lists what each read model is made of, how far a rebuild is, and why there can be none', async () => {
  await listProjections(home, terminal);
  expect(said).toMatch(
    /^outreach +consents +events +2 +40 +1960 +rebuilding: 500 of 2,000 events +never$/m,
  );
  expect(said).toMatch(/^outreach +outreach\.contacts +log +- +- +0 +current +The log forgets\.$/m);
});

test('follows a rebuild to its swap, and says that rows differed', async () => {
  shown = [running, swapped];
  await rebuild(home, { ...outreach, watch: true }, terminal);
  expect(said).toContain('  2,000 of 2,000 events\n');
  expect(said).toContain('swapped: 10 rows, and they differ from the 9 before\n');
});

test('fails when the rebuild did, and when no such service runs', async () => {
  shown = [{ ...running, state: 'failed', finishedAt: at }];
  await expect(rebuild(home, { ...outreach, watch: true }, terminal)).rejects.toThrow(
    `The rebuild ${rebuildId} failed: the old rows still answer.`,
  );
  const other = { ...outreach, service: 'gateway', watch: false };
  await expect(rebuild(home, other, terminal)).rejects.toThrow('No service gateway runs');
});
