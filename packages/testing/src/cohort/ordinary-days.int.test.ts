import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { simulate, type SimulatedFact } from '@tact/cli';
import { CohortMonitor, CohortProjection, ingestionService } from '@tact/ingestion';
import {
  bootService,
  createLog,
  Database,
  EventStore,
  type ProjectedEvent,
  type RunningService,
} from '@tact/platform';
import { HOUR_MS, DAY_MS } from '@tact/contracts';
import { migratedDatabase } from '../migrated-database.ts';
import type { TestDatabase } from '../postgres.ts';
import { scratchFolder } from '../scratch.ts';

const DAYS = 60;
const startAt = Date.UTC(2026, 8, 1);
const tenants = ['spring', 'demo', 'autumn'];
/** Deliveries of the last tenant stop in the morning of this day and come back at three. */
const outage = { tenant: 'autumn', from: startAt + 40 * DAY_MS + 8 * HOUR_MS, hours: 7 };

let server: TestDatabase;
let service: RunningService;

beforeAll(async () => {
  server = await migratedDatabase(ingestionService);
  service = await bootService(ingestionService, {
    environment: {
      DATABASE_URL: server.url,
      TACT_HOME: scratchFolder(),
      TACT_MODE: 'embedded',
      WHATSAPP_APP_SECRET: 'x',
      WHATSAPP_VERIFY_TOKEN: 'x',
      WHATSAPP_WABA_IDS: '1',
      COHORT_LOOK_SECONDS: '86400',
    },
    log: createLog({ service: 'ingestion', level: 'error' }),
  });
}, 60_000);
afterAll(async () => {
  await service?.stop();
  await server?.drop();
});

type Reported = SimulatedFact & { readonly tenant: string };

const delayed = (fact: Reported): Reported => {
  const backAt = outage.from + outage.hours * HOUR_MS;
  const isHeld = fact.kind === 'delivered' || fact.kind === 'read';
  const isIn = fact.tenant === outage.tenant && fact.at >= outage.from && fact.at < backAt;
  return isHeld && isIn ? { ...fact, at: backAt } : fact;
};

const factsByHour = Map.groupBy(
  tenants
    .flatMap((tenant) =>
      simulate({ seed: tenant, contacts: 400, days: DAYS, startAt }).facts.map((fact) => ({
        ...fact,
        tenant,
      })),
    )
    .map(delayed),
  ({ at }) => Math.floor((at - startAt) / HOUR_MS),
);

const eventOf = ({ tenant, kind, contactRef, messageId, at }: Reported) =>
  ({
    type: 'SignalRecorded',
    tenantid: tenant,
    time: new Date(at).toISOString(),
    data: {
      kind: `message-${kind}`,
      contactId: `ct_${contactRef}`,
      messageRef: messageId,
      origin: 'whatsapp-webhook',
    },
  }) as unknown as ProjectedEvent<'SignalRecorded'>;

test('sixty ordinary days open no incident, and one bad morning opens and closes one', async () => {
  const [monitor, projection] = [service.app.get(CohortMonitor), service.app.get(CohortProjection)];
  let unseen: ReturnType<typeof eventOf>[] = [];
  for (let hour = 0; hour < DAYS * 24; hour++) {
    unseen.push(...(factsByHour.get(hour) ?? []).map(eventOf));
    // Nobody is written to at night, and what is stuck then is still stuck in the morning.
    if (hour % 24 < 9 || hour % 24 > 18) continue;
    const events = unseen;
    unseen = [];
    await service.app.get(Database).transaction((tx) => projection.handle(tx, events));
    const now = startAt + (hour + 1) * HOUR_MS;
    await monitor.look(new Date(now));
    await monitor.look(new Date(now + 15_000));
  }
  const store = service.app.get(EventStore);
  const reported = new Map<string, unknown>();
  for (const tenant of tenants) {
    const { events } = await store.load(`incidents-${tenant}`);
    reported.set(
      tenant,
      events.map(({ type, data }) => ({ type, ...(data as object) })),
    );
  }
  const from = new Date(outage.from).toISOString();
  expect(Object.fromEntries(reported)).toEqual({
    spring: [],
    demo: [],
    autumn: [
      expect.objectContaining({ type: 'IncidentOpened', from }),
      expect.objectContaining({ type: 'IncidentClosed', from }),
    ],
  });
}, 240_000);
