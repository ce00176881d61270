import { createHmac, randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { exampleProof, type EventDataOf, type Scope } from '@tact/contracts';
import { ingestionService } from '@tact/ingestion';
import {
  ApiKeys,
  bootService,
  createLog,
  EventStore,
  JobRunner,
  type RunningService,
} from '@tact/platform';
import { migratedDatabase } from './migrated-database.ts';
import type { TestDatabase } from './postgres.ts';

type Signal = EventDataOf<'SignalRecorded'>;

/** The present of the service. */
export const now = '2026-11-20T10:00:00.000Z';
export const webhookSecret = 'fixture-app-secret-not-a-real-one';
const wabaId = '990010000000101';
const settings = { ERROR_CODE_FLOOD_MAX: '3', ERROR_CODE_UNKNOWN_MAX: '2' };

export const newPhone = () => `3363998${randomInt(10_000).toString().padStart(4, '0')}`;
export const wamid = () => `wamid.${randomInt(2 ** 40)}`;
/** As a webhook writes it: seconds since the epoch. */
export const daysAgo = (days: number) => String(Math.floor(Date.parse(now) / 1000) - days * 86_400);

export type IngestionUnderTest = {
  /** Settings that win over those of the test; `undefined` takes one away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Takes every line of the log, down to debug; without it errors are printed. */
  readonly logLines?: string[];
};

/** Ingestion alone on a database of its own for one test file, and what its tests ask of it again and again. */
export const ingestionUnderTest = ({ environment = {}, logLines }: IngestionUnderTest = {}) => {
  let server: TestDatabase;
  let home: string;
  let service: RunningService;
  let apiKey: string;

  beforeAll(async () => {
    server = await migratedDatabase(ingestionService);
    home = await mkdtemp(join(tmpdir(), 'tact-ingestion-'));
    service = await bootService(ingestionService, {
      environment: {
        DATABASE_URL: server.url,
        TACT_HOME: home,
        TACT_MODE: 'embedded',
        TACT_CLOCK: now,
        WHATSAPP_APP_SECRET: webhookSecret,
        WHATSAPP_VERIFY_TOKEN: 'x',
        WHATSAPP_WABA_IDS: wabaId,
        MESSAGE_WATCH_SECONDS: '3600',
        ...settings,
        ...environment,
      },
      log: createLog({
        service: 'ingestion',
        ...(logLines === undefined
          ? { level: 'error' }
          : { level: 'debug', destination: { write: (line: string) => void logLines.push(line) } }),
      }),
    });
    // What is due by the clock is done by tests that want it.
    await service.app.get(JobRunner).stop();
    apiKey = await keyOf('demo', ['admin', 'operator']);
  });
  afterAll(async () => {
    await service?.stop();
    await server?.drop();
    await rm(home, { recursive: true, force: true });
  });

  const keyOf = async (tenantId: string, scopes: readonly Scope[]): Promise<string> =>
    (await service.app.get(ApiKeys).create({ tenantId, scopes, label: 'test' })).key;

  /** Posts as the tenant's own program; resolves with the answer's body. */
  const call = async (path: string, payload: object): Promise<unknown> => {
    const headers = { authorization: `Bearer ${apiKey}` };
    const answer = await service.app.inject({ method: 'POST', url: path, headers, payload });
    return answer.json();
  };

  const eventsOf = async (stream: string): Promise<{ type: string; data: Signal }[]> => {
    const { events } = await service.app.get(EventStore).load(stream);
    return events.map(({ type, data }) => ({ type, data: data as Signal }));
  };

  /** Registers a person with a consent to be analysed, or with one that was withdrawn. */
  const register = async (
    phone: string,
    state: 'given' | 'withdrawn' = 'given',
  ): Promise<string> => {
    const at = `2026-0${state === 'given' ? 1 : 2}-05T09:00:00Z`;
    const consent = { purpose: 'signal-analysis', channel: 'whatsapp', state, at };
    const answer = await call('/v1/contacts', {
      identities: { phone: `+${phone}` },
      consents: [{ ...consent, proof: exampleProof }],
    });
    return (answer as { contactId: string }).contactId;
  };

  /** Posts one change, signed, and expects it to be taken. */
  const webhook = async (value: Record<string, unknown>, field = 'messages'): Promise<void> => {
    const entry = [{ id: wabaId, changes: [{ field, value }] }];
    const payload = JSON.stringify({ object: 'whatsapp_business_account', entry });
    const hmac = createHmac('sha256', webhookSecret).update(payload).digest('hex');
    const type = { 'content-type': 'application/json' };
    const headers = { ...type, 'x-hub-signature-256': `sha256=${hmac}` };
    const url = '/v1/webhooks/whatsapp';
    const { statusCode } = await service.app.inject({ method: 'POST', url, payload, headers });
    expect(statusCode).toBe(200);
  };

  const kindsOf = async (contactId: string): Promise<Signal['kind'][]> => {
    const events = await eventsOf(`contact-${contactId}`);
    return events.filter(({ type }) => type === 'SignalRecorded').map(({ data }) => data.kind);
  };

  return { call, register, webhook, eventsOf, kindsOf, keyOf, running: () => service };
};
