import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  BlockLikelihood,
  ModelCard,
  ModelList,
  ModelPromotion,
  Problem,
  ProjectionList,
  ProjectionRebuild,
  DAY_MS,
  HOUR_MS,
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
import { Reassessments } from '../rebuild/reassessments.ts';
import { scoringUnderTest } from '../testing/scoring-under-test.ts';

const start = Date.parse('2026-09-01T08:00:00Z');
const at = (day: number, hours = 0): string =>
  new Date(start + day * DAY_MS + hours * HOUR_MS).toISOString();

const { running: scoring, keyOf, publish } = scoringUnderTest();
let service: RunningService;
let admin: string;
let reader: string;
let stranger: string;

const call = async (
  method: 'GET' | 'POST',
  url: string,
  more: { key?: string; body?: object } = {},
) => {
  const { key = admin, body } = more;
  const headers = { authorization: `Bearer ${key}` };
  const answer = await service.app.inject({
    method,
    url,
    headers,
    ...(body === undefined ? {} : { payload: body }),
  });
  const { statusCode: status, body: text } = answer;
  const isJson = String(answer.headers['content-type']).includes('json');
  return {
    status,
    text,
    body: isJson ? answer.json<unknown>() : undefined,
    headers: answer.headers,
  };
};

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
const uuid = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

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
const swapped = async (rebuildId: string): Promise<void> => {
  for (;;) {
    const url = `/v1/projections/block-likelihood/rebuilds/${rebuildId}`;
    const { state } = ProjectionRebuild.parse((await call('GET', url)).body);
    if (state === 'swapped') return;
    expect(state).toBe('running');
    await pause(50);
  }
};

beforeAll(async () => {
  service = scoring();
  admin = await keyOf('demo', ['admin']);
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

describe('a tenant of whom many tell', () => {
  const tenantId = 'calm';
  const who = (nth: number) => contact(`${tenantId}/c${nth}`);
  let key: string;

  /** Messages until early October; of those who fell silent half had blocked, and most of these tell. */
  const reported = (nth: number): ConsumedEvent[] =>
    [0, 10, 20, 30, 72].flatMap((day) => {
      const about = {
        who: `c${nth}`,
        tenantId,
        messageRef: `mr_${uuid(`${nth}/${day}`).replaceAll('-', '')}`,
      };
      const isThere = nth % 2 === 1 || day < 30;
      return [
        signalEvent({ ...about, kind: 'message-sent', at: at(day) }),
        ...(isThere ? [signalEvent({ ...about, kind: 'message-delivered', at: at(day, 1) })] : []),
      ];
    });

  beforeAll(async () => {
    key = await keyOf(tenantId, ['admin']);
    const everyone = Array.from({ length: 240 }, (_, nth) => nth);
    await publish(everyone.flatMap(reported));
    await service.app.get(Outcomes).record(
      tenantId,
      everyone
        .filter((nth) => nth % 2 === 0)
        .map((nth) => ({
          eventId: uuid(`calm ${nth}`),
          data: {
            contactId: who(nth),
            at: at(75),
            kind: nth % 4 === 0 ? ('said-blocked' as const) : ('phone-lost' as const),
          },
        })),
    );
  }, 60_000);

  test('is calibrated on one half, measured on the other, and the waterfall still adds up', async () => {
    const asked = await call('POST', '/v1/models', { key, body: { heldOutDays: 14 } });
    const { version } = ModelCard.parse(asked.body);
    let card = ModelCard.parse(asked.body);
    while (card.state === 'fitting') {
      await pause(50);
      card = ModelCard.parse((await call('GET', `/v1/models/${version}`, { key })).body);
    }
    expect(card.report?.calibration.method).toBe('platt');
    const { heldOut, liveHeldOut } = card.report ?? {};
    expect(heldOut?.examples).toBeLessThan(150);
    expect(heldOut?.logLoss).toBeLessThan(liveHeldOut?.logLoss ?? 0);

    const promote = `/v1/models/${version}/promote`;
    const body = { reason: 'Many told.', comparedWith: assumedPriors.version };
    let release = (): void => undefined;
    const running = new Promise<void>((resolve) => {
      release = resolve;
    });
    const rebuild = service.app.get(Reassessments).beginAfter(() => running);
    await pause(100);
    // Rows are being built as they were: half of them would miss the change.
    expect((await call('POST', promote, { key, body })).status).toBe(409);
    expect(ModelCard.parse((await call('GET', '/v1/models/current', { key })).body).source).toBe(
      'assumed',
    );
    release();
    await swapped((await rebuild).rebuildId);

    const promoted = await call('POST', promote, { key, body });
    await swapped(ModelPromotion.parse(promoted.body).rebuildId);
    const answer = await call('GET', `/v1/contacts/${who(4)}/block-likelihood`, { key });
    const likelihood = BlockLikelihood.parse(answer.body);
    expect(likelihood.modelVersion).toBe(version);
    const logOdds = likelihood.families.reduce(
      (sum, { contribution }) => sum + contribution,
      likelihood.priorLogOdds,
    );
    expect(1 / (1 + Math.exp(-logOdds))).toBeCloseTo(likelihood.probability, 6);
  }, 60_000);
});
