import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serviceNames } from '@tact/contracts';
import { createLog } from '@tact/platform/observability';
import {
  neighbourOf,
  rawCases,
  recordingUpstream,
  runCase,
  type RawTarget,
} from '../../../packages/testing/src/raw-suite.ts';
import { readConfig } from './config.ts';
import { startGateway, type Gateway } from './gateway.ts';

let gateway: Gateway;
let upstream: Awaited<ReturnType<typeof recordingUpstream>>;
let target: RawTarget;

beforeAll(async () => {
  upstream = await recordingUpstream();
  const config = readConfig({ PORT: '0', TACT_LOG_LEVEL: 'silent' });
  gateway = await startGateway(config, createLog({ service: 'gateway', level: 'silent' }));
  gateway.moveTo(Object.fromEntries(serviceNames.map((name) => [name, upstream.origin])));
  const { received } = upstream;
  target = {
    port: gateway.port,
    received,
    neighbour: neighbourOf(gateway.origin),
    isGateway: true,
  };
});

afterAll(async () => {
  await gateway.stop(100);
  upstream.close();
});

test('there are as many ways to frame a request as attackers know', () => {
  expect(rawCases.length).toBeGreaterThanOrEqual(100);
  expect(new Set(rawCases.map(({ name }) => name)).size).toBe(rawCases.length);
});

test.each(rawCases)('one request in, at most one out: $name', async (one) => {
  const { breach, difference } = await runCase(one, target);
  expect({ breach, difference }).toEqual({});
});
