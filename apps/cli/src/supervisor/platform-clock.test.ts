import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DAY_MS } from '@tact/contracts';
import { homeAt, type Home } from '../home/home.ts';
import { answerClock, receivedClock } from './clock-messages.ts';
import { PlatformClock, type Clocked } from './platform-clock.ts';

const setAt = '2026-11-29T10:00:00.000Z';
let home: Home;
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), 'tact-clock-')));
});
afterEach(() => rmSync(home.root, { recursive: true, force: true }));

/** A service that moves when it is told, or is deaf. */
const serviceOf = (clock: () => PlatformClock, reported: object[], isDeaf = false): Clocked => {
  const service: Clocked = {
    tell: (message) => {
      reported.push(message);
      if (!isDeaf) setImmediate(() => receivedClock(clock(), service, message));
    },
  };
  return service;
};

const clockWith = (services: readonly Clocked[] = []) =>
  new PlatformClock({ home, startAt: undefined, setAt, services: () => services });

test('every service that runs has moved when the answer comes, and the next start goes on from there', async () => {
  const reported: object[] = [];
  let clock: PlatformClock | undefined;
  const find = () => clock as PlatformClock;
  clock = clockWith([serviceOf(find, reported), serviceOf(find, reported)]);
  const [one, other] = await Promise.all([clock.advance(DAY_MS), clock.advance(1_000)]);
  expect([one.advancedSeconds, other.advancedSeconds]).toEqual([86_400, 86_401]);
  expect(reported).toEqual([
    ...Array.from({ length: 2 }, () => ({ type: 'clock', advancedMs: DAY_MS })),
    ...Array.from({ length: 2 }, () => ({ type: 'clock', advancedMs: DAY_MS + 1_000 })),
  ]);
  expect(JSON.parse(readFileSync(home.clock, 'utf8'))).toEqual({ advancedMs: DAY_MS + 1_000 });
  expect(clockWith().advancedMs).toBe(DAY_MS + 1_000);
});

test('a clock that starts elsewhere is moved from there', async () => {
  const startAt = '2026-01-01T00:00:00.000Z';
  const clock = new PlatformClock({
    home,
    startAt,
    setAt: new Date().toISOString(),
    services: () => [],
  });
  expect((await clock.advance(DAY_MS)).now).toMatch(/^2026-01-02T00:0/);
});

test('a damaged file is said, never guessed around', () => {
  writeFileSync(home.clock, '{"advancedMs": -5}');
  expect(() => clockWith()).toThrow('is damaged');
});

test('the gateway is answered in any case, and who only asks moves nothing', async () => {
  const clock = clockWith();
  const reported: object[] = [];
  const ask = (message: unknown) => answerClock(clock, message, (answer) => reported.push(answer));
  await ask({ type: 'advance-clock', id: 1, byMs: 0 });
  await ask({ type: 'advance-clock', id: 2, byMs: DAY_MS });
  await ask({ type: 'advance-clock', id: 3, byMs: 200 * 366 * DAY_MS });
  await ask({ type: 'advance-clock', id: 4, byMs: -1 });
  await ask({ type: 'pong' });
  expect(reported).toMatchObject([
    { type: 'clock-now', id: 1, clock: { advancedSeconds: 0 } },
    { type: 'clock-now', id: 2, clock: { advancedSeconds: 86_400 } },
    { type: 'clock-now', id: 3 },
  ]);
  expect(reported[2]).not.toHaveProperty('clock');
  expect(clock.advancedMs).toBe(DAY_MS);
});
