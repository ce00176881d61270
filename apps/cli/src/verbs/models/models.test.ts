import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { HeldOutMetrics, ModelCard } from '@tact/contracts';
import { TactClient } from '@tact/client';
import { terminalOn } from '../../terminal/terminal.ts';
import { fitModel } from './fit-model.ts';
import { listModels } from './list-models.ts';
import { promoteModel } from './promote-model.ts';
import { showModel } from './show-model.ts';

const measured: HeldOutMetrics = {
  examples: 90,
  saidBlocked: 12,
  notBlocked: 60,
  brier: 0.0712,
  logLoss: 0.2213,
  auc: 0.9512,
  ece: 0.0301,
  bins: [],
};
const card: ModelCard = {
  version: '2026-11-20-learned-1',
  state: 'candidate',
  source: 'learned',
  limits: ['One business, one window of time.'],
  report: {
    window: {
      splitAt: '2026-10-23T00:00:00.000Z',
      until: '2026-11-20T00:00:00.000Z',
      contacts: 200,
    },
    rounds: 7,
    rates: [
      {
        name: 'block-per-day',
        assumed: 0.0015,
        assumedWeight: 8000,
        learned: 0.0023,
        observations: 9000.4,
        happened: 31.2,
      },
    ],
    labelFrequency: 0.125,
    calibration: { method: 'identity', slope: 1, intercept: 0, because: 'few people told.' },
    heldOut: measured,
    liveHeldOut: { ...measured, logLoss: 0.3 },
    liveVersion: '2026-11-assumed-1',
  },
};

let server: Server;
let home: string;
let asked: { path: string; body: unknown }[];
let answers: Record<string, (object | string)[]>;
let said: string;
let api: TactClient;
const terminal = terminalOn({ write: (text: string) => (said += text) });

beforeEach(async () => {
  [asked, answers, said] = [[], {}, ''];
  home = mkdtempSync(join(tmpdir(), 'tact-models-'));
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      asked.push({ path: `${method} ${url}`, body: text === '' ? undefined : JSON.parse(text) });
      const waiting = answers[`${method} ${url}`] ?? [];
      const answer = waiting.length > 1 ? waiting.shift() : waiting[0];
      response.writeHead(answer === undefined ? 404 : 200);
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  api = new TactClient({
    origin: `http://127.0.0.1:${port}`,
    tenant: 'demo',
    apiKey: 'tact_demo_key',
    whatsapp: { appSecret: 'a', verifyToken: 'b', wabaIds: ['1'] },
  });
});
afterEach(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

test('fit waits for the card and shows it beside the live model', async () => {
  const fitting = { version: card.version, state: 'fitting', source: 'learned', limits: [] };
  answers['POST /v1/models'] = [fitting];
  answers[`GET /v1/models/${card.version}`] = [fitting, card];
  await fitModel({ heldOutDays: '28' }, { api, terminal, everyMs: 1 });
  expect(asked[0]?.body).toEqual({ heldOutDays: 28 });
  expect(said).toMatch(/block-per-day +0\.0015 +0\.0023 +9000/);
  expect(said).toMatch(/2026-11-20-learned-1 +90 +12 +60 +0\.951 +0\.221 +0\.0712 +0\.0301/);
  expect(said).toContain('2026-11-assumed-1 (live then)');
  expect(said).toContain('one block in 8 is reported');
});

test('fit says in a sentence why there is no model', async () => {
  const failed = { version: card.version, state: 'failed', source: 'learned', limits: [] };
  answers['POST /v1/models'] = [failed];
  answers[`GET /v1/models/${card.version}`] = [{ ...failed, failure: 'Too few.' }];
  await expect(fitModel({ heldOutDays: '28' }, { api, terminal })).rejects.toThrow('Too few.');
  await expect(fitModel({ heldOutDays: 'some' }, { api, terminal })).rejects.toThrow('whole days');
});

test('show takes the live model unless one is named, and writes its diagram', async () => {
  answers['GET /v1/models/current'] = [{ ...card, state: 'live' }];
  answers[`GET /v1/models/${card.version}/reliability.svg`] = ['<svg/>'];
  const svg = join(home, 'reliability.svg');
  await showModel({ version: undefined, svg }, { api, terminal });
  expect(readFileSync(svg, 'utf8')).toBe('<svg/>');
  expect(said).toContain('live, learned');
  expect(said).toContain('! One business, one window of time.');
});

test('list has a line for each model', async () => {
  const assumed = { version: '2026-11-assumed-1', state: 'live', source: 'assumed' };
  const { report: _, limits: __, ...summary } = card;
  answers['GET /v1/models'] = [{ items: [summary, assumed] }];
  await listModels({ api, terminal });
  expect(said.trimEnd().split('\n')).toHaveLength(3);
});

test('promote sends the reason and what was compared, and shows both', async () => {
  const promotion = {
    version: card.version,
    comparedWith: '2026-11-assumed-1',
    rebuildId: 'rb_0123456789',
    promoted: measured,
    replaced: { ...measured, examples: 90 },
  };
  answers[`POST /v1/models/${card.version}/promote`] = [promotion];
  const options = { version: card.version, reason: 'Better.', comparedWith: '2026-11-assumed-1' };
  await promoteModel(options, { api, terminal });
  expect(asked[0]?.body).toEqual({ reason: 'Better.', comparedWith: '2026-11-assumed-1' });
  expect(said).toContain('is live; 2026-11-assumed-1 is retired');
  const empty = promoteModel({ ...options, reason: '' }, { api, terminal });
  await expect(empty).rejects.toThrow('reason');
});
