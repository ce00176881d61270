import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  BlockLikelihood,
  ModelCard,
  ModelList,
  ModelPromotion,
  Problem,
  ProjectionList,
} from '@tact/contracts';
import { assumedPriors } from '@tact/domain';
import type { analysisEventTypes } from '@tact/domain';
import { type ConsumedEvent, Database, type RunningService } from '@tact/platform';
import {
  contact,
  messageEvents,
  signalEvent,
} from '../../../../packages/testing/src/signal-events.ts';
import { TrainingExclusionsConsumer } from '../exclusions/training-exclusions.consumer.ts';
import { Outcomes } from './outcomes.ts';
import { at, modelsUnderTest, uuid } from '../testing/models-under-test.ts';

const { running, keyOf, publish, call, swapped } = modelsUnderTest();
let service: RunningService;
let reader: string;
let stranger: string;

/** A message every fourth day, on the phone at once until `blockedOn`; a word from half of them. */
const historyOf = (nth: number, blockedOn: number): ConsumedEvent[] => {
  const who = `p${nth}`;
  const days = Array.from({ length: 20 }, (_, step) => step * 4).filter((day) => day < 79);
  const messages = days.flatMap((day) =>
    messageEvents(who, `m${day}`, {
      sent: at(day),
      ...(day < blockedOn ? { delivered: at(day, 1) } : {}),
    }),
  );
  const wrote = days.filter((day) => nth % 2 === 0 && day % 8 === 0 && day < blockedOn);
  const inbound = wrote.map((day) => signalEvent({ who, kind: 'inbound-message', at: at(day, 3) }));
  return [...messages, ...inbound];
};

const PEOPLE = 64;
const blockedOn = (nth: number): number => (nth % 4 === 0 ? 30 + nth / 2 : Infinity);
const object = (nth: number) =>
  service.app.get(Database).transaction((tx) =>
    service.app.get(TrainingExclusionsConsumer).handle(tx, [
      {
        type: 'ContactSuppressed',
        tenantid: 'demo',
        data: { contactId: contact(`demo/p${nth}`), scope: 'everything', at: at(70) },
      } as ConsumedEvent<(typeof analysisEventTypes)[number]>,
    ]),
  );

const ended = async (version: string): Promise<ModelCard> => {
  for (;;) {
    const card = ModelCard.parse((await call('GET', `/v1/models/${version}`)).body);
    if (card.state !== 'fitting') return card;
    await pause(50);
  }
};
const fit = async (): Promise<ModelCard> => {
  const { status, body } = await call('POST', '/v1/models', { body: {} });
  expect(status).toBe(202);
  return ended(ModelCard.parse(body).version);
};
beforeAll(async () => {
  service = running();
  reader = await keyOf('demo', ['scores:read']);
  stranger = await keyOf('other', ['admin']);
}, 60_000);

describe('a tenant without a model of its own', () => {
  test('is assessed by the assumptions, and the card says that nothing was measured', async () => {
    const { body } = await call('GET', '/v1/models/current', { key: reader });
    const card = ModelCard.parse(body);
    expect(card).toMatchObject({
      version: assumedPriors.version,
      state: 'live',
      source: 'assumed',
    });
    expect(card.limits[0]).toContain('Nothing of it was measured');
    const url = `/v1/models/${card.version}/reliability.svg`;
    expect((await call('GET', url, { key: reader })).status).toBe(404);
  });

  test('of a few people nothing is fitted, and the sentence says why', async () => {
    const { status, body } = await call('POST', '/v1/models', { body: {} });
    expect(status).toBe(422);
    expect(Problem.parse(body).detail).toContain('50 contacts or more');
  });
});

describe('a model, from its fit to the rows it writes', () => {
  let version: string;
  const url = `/v1/contacts/${contact('demo/p0')}/block-likelihood`;

  beforeAll(async () => {
    await publish(
      Array.from({ length: PEOPLE }, (_, nth) => historyOf(nth, blockedOn(nth))).flat(),
    );
    const outcomes = service.app.get(Outcomes);
    const reported = Array.from({ length: PEOPLE }, (_, nth) => nth).filter((nth) => nth % 8 === 0);
    await outcomes.record(
      'demo',
      reported.map((nth) => ({
        eventId: uuid(`told ${nth}`),
        data: { contactId: contact(`demo/p${nth}`), kind: 'said-blocked', at: at(65 + (nth % 5)) },
      })),
    );
  }, 60_000);

  test('a fit gives a candidate with a card, and assesses nobody', async () => {
    const card = await fit();
    version = card.version;
    expect(card).toMatchObject({ version: '2026-11-20-learned-1', state: 'candidate' });
    expect(card.report?.window).toMatchObject({
      contacts: PEOPLE,
      until: '2026-11-20T00:00:00.000Z',
    });
    const hazard = card.report?.rates.find(({ name }) => name === 'block-per-day');
    expect(hazard?.learned).toBeGreaterThan(hazard?.assumed ?? 1);
    expect(card.report?.calibration.method).toBe('identity');
    const { heldOut } = card.report ?? {};
    expect(heldOut?.saidBlocked).toBeGreaterThan(0);
    expect(heldOut?.auc).toBeGreaterThan(0.8);
    expect(BlockLikelihood.parse((await call('GET', url)).body).modelVersion).toBe(
      assumedPriors.version,
    );
    expect(ModelList.parse((await call('GET', '/v1/models')).body).items).toHaveLength(2);
  });

  test('its reliability diagram is a picture', async () => {
    const { status, text, headers } = await call('GET', `/v1/models/${version}/reliability.svg`);
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('image/svg+xml');
    expect(text).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
  });

  test('another tenant sees nothing of it, and a reader promotes nothing', async () => {
    expect((await call('GET', `/v1/models/${version}`, { key: stranger })).status).toBe(404);
    const body = { reason: 'better', comparedWith: assumedPriors.version };
    const promote = `/v1/models/${version}/promote`;
    expect((await call('POST', promote, { key: reader, body })).status).toBe(403);
    expect((await call('POST', promote, { key: stranger, body })).status).toBe(404);
  });

  test('a person promotes it: compared, recorded, and every row brought over', async () => {
    const promote = `/v1/models/${version}/promote`;
    const stale = { reason: 'better', comparedWith: '2026-11-20-learned-9' };
    expect((await call('POST', promote, { body: stale })).status).toBe(409);
    const body = { reason: 'Better on every measure.', comparedWith: assumedPriors.version };
    const answer = await call('POST', promote, { body });
    expect(answer.status).toBe(200);
    const promotion = ModelPromotion.parse(answer.body);
    expect(promotion.promoted.examples).toBe(promotion.replaced.examples);
    const card = ModelCard.parse((await call('GET', '/v1/models/current')).body);
    expect(card).toMatchObject({ version, state: 'live', promotedAt: expect.any(String) });
    expect(card.report?.heldOut).toEqual(promotion.promoted);
    await swapped(promotion.rebuildId);
    expect(BlockLikelihood.parse((await call('GET', url)).body).modelVersion).toBe(version);
    const [projection] = ProjectionList.parse((await call('GET', '/v1/projections')).body).items;
    expect(projection?.outdatedContacts).toBe(0);
    const [event] = await service.app
      .get(Database)
      .queryable.query<{ data: object }>(`SELECT data FROM events WHERE type = 'ModelPromoted'`);
    expect(event?.data).toMatchObject({ ...body, version, by: expect.stringMatching(/^ak_/) });
    expect((await call('POST', promote, { body: { ...body, comparedWith: version } })).status).toBe(
      422,
    );
  });

  test('new facts are assessed by the live model, those of other tenants by theirs', async () => {
    await publish([
      signalEvent({ who: 'p1', kind: 'inbound-message', at: '2026-11-20T09:00:00.000Z' }),
      signalEvent({
        who: 'q',
        kind: 'inbound-message',
        at: '2026-11-20T09:00:00.000Z',
        tenantId: 'other',
      }),
    ]);
    const own = await call('GET', `/v1/contacts/${contact('demo/p1')}/block-likelihood`);
    expect(BlockLikelihood.parse(own.body)).toMatchObject({
      modelVersion: version,
      band: 'reachable',
    });
    const other = await call('GET', `/v1/contacts/${contact('other/q')}/block-likelihood`, {
      key: stranger,
    });
    expect(BlockLikelihood.parse(other.body).modelVersion).toBe(assumedPriors.version);
  });

  test('the way back is a promotion too', async () => {
    const body = { reason: 'A step back.', comparedWith: version };
    const answer = await call('POST', `/v1/models/${assumedPriors.version}/promote`, { body });
    expect(answer.status).toBe(200);
    const promotion = ModelPromotion.parse(answer.body);
    // Judged anew, as the assumed model has no card: the same people, and a share that tell by the live model.
    expect(promotion.promoted.auc).toBeGreaterThan(0.8);
    const { report } = ModelCard.parse((await call('GET', `/v1/models/${version}`)).body);
    const { examples, saidBlocked, notBlocked } = report?.heldOut ?? {};
    expect(promotion.replaced).toMatchObject({ examples, saidBlocked, notBlocked });
    await swapped(promotion.rebuildId);
    expect(BlockLikelihood.parse((await call('GET', url)).body).modelVersion).toBe(
      assumedPriors.version,
    );
    const { items } = ModelList.parse((await call('GET', '/v1/models')).body);
    expect(items.map(({ state }) => state)).toEqual(['retired', 'live']);
  });

  test('a fit whose process died is told as failed, and does not stand in the way', async () => {
    await service.app.get(Database).queryable.query(
      `INSERT INTO models (tenant_id, version, number, state, started_at)
       VALUES ('demo', '2026-11-20-learned-2', 2, 'fitting', now())`,
    );
    expect((await ended('2026-11-20-learned-2')).failure).toContain('process that fitted it ended');
    expect((await fit()).state).toBe('candidate');
  });

  test('who objects leaves the next fit, until too few are left', async () => {
    await object(3);
    const card = await fit();
    expect(card.report?.window.contacts).toBe(PEOPLE - 1);
    for (let nth = 0; nth < PEOPLE - 49; nth++) await object(nth);
    const { status } = await call('POST', '/v1/models', { body: {} });
    expect(status).toBe(422);
  });
});
