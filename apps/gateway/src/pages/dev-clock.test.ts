import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DevClock, DAY_MS } from '@tact/contracts';
import { createLog } from '@tact/platform/observability';
import { readConfig } from '../config.ts';
import { startGateway, type Gateway } from '../gateway.ts';

const log = createLog({ service: 'gateway', level: 'silent' });
const config = readConfig({ PORT: '0', HOST: '127.0.0.1' });
const now = '2026-11-29T10:00:00.000Z';
let gateway: Gateway;
let asked: number[] = [];
let answers: (DevClock | undefined)[] = [];

beforeAll(async () => {
  gateway = await startGateway(config, log, (byMs) => {
    asked.push(byMs);
    const clock = { now, advancedSeconds: byMs / 1_000 };
    return Promise.resolve(answers.length > 0 ? answers.shift() : clock);
  });
});
beforeEach(() => {
  [asked, answers] = [[], []];
});
afterAll(() => gateway?.stop(0));

const json = { 'content-type': 'application/json' };
const post = (body: string, headers: Record<string, string> = json) =>
  fetch(`http://127.0.0.1:${gateway.port}/dev/clock`, { method: 'POST', body, headers });
const advance = (by: unknown) => post(JSON.stringify({ advance: by }));

test('a duration or seconds move it, and a question moves nothing', async () => {
  const spans = ['P1D', 'PT36H', 'P1W', 'P2DT12H30M5S', 'PT1M', 90];
  for (const span of spans) expect((await advance(span)).status).toBe(200);
  expect(asked).toEqual([DAY_MS, 129_600_000, 604_800_000, 217_805_000, 60_000, 90_000]);
  const shown = await fetch(`http://127.0.0.1:${gateway.port}/dev/clock`);
  expect(DevClock.parse(await shown.json())).toEqual({ now, advancedSeconds: 0 });
});

test.each(['P', 'PT', 'P1M', 'P1Y', '-P1D', 'P1.5D', '1D', 'P1DT', 0, -1, 1.5, null, [], 'PT1H\n'])(
  '%p is no span',
  async (span) => {
    expect((await advance(span)).status).toBe(400);
    expect(asked).toEqual([]);
  },
);

test('only this machine, by its own name and of its own accord', async () => {
  const elsewhere = { ...json, 'x-forwarded-for': '198.51.100.7' };
  expect((await post('{"advance":1}', elsewhere)).status).toBe(404);
  // What a page of another origin can send without asking.
  for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
    expect((await post('{"advance":1}', { 'content-type': type })).status).toBe(415);
  }
  expect((await post('no json')).status).toBe(400);
  expect((await post('{"advance":1,"more":1}')).status).toBe(400);
  expect(asked).toEqual([]);
});

test('a launcher that did not move it is said', async () => {
  answers = [undefined];
  expect((await advance('P1D')).status).toBe(503);
});

test('where no launcher is there is no clock', async () => {
  const other = await startGateway(config, log);
  const url = `http://127.0.0.1:${other.port}/dev/clock`;
  expect((await fetch(url)).status).toBe(404);
  const answer = await fetch(url, { method: 'POST', headers: json, body: '{"advance":1}' });
  expect(answer.status).toBe(404);
  await other.stop(0);
});
