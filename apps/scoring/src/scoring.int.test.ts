import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  BlockLikelihood,
  BlockLikelihoodPage,
  Problem,
  ProjectionList,
  ProjectionRebuild,
  SignalTimelinePage,
  IncidentPage,
  LikelihoodAggregates,
  LikelihoodHistoryPage,
} from '@tact/contracts';
import { Database, EventStore, inflated, MessageLog, type RunningService } from '@tact/platform';
import { RebuildRecords } from './rebuild/rebuild-records.ts';
import { BlockLikelihoodConsumer } from './assessment/block-likelihood.consumer.ts';
import { scoringUnderTest } from './testing/scoring-under-test.ts';
import {
  contact,
  incidentEvents,
  messageEvents,
  signalEvent,
} from '../../../packages/testing/src/signal-events.ts';

const { running, keyOf, publish } = scoringUnderTest();
let service: RunningService;
let admin: string;
let operator: string;
let reader: string;
let stranger: string;

const call = async (url: string, key = reader, method: 'GET' | 'POST' = 'GET') => {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await service.app.inject({ method, url, headers });
  return { status: answer.statusCode, body: answer.json<unknown>(), text: answer.body };
};

beforeAll(async () => {
  service = running();
  admin = await keyOf('demo', ['admin']);
  operator = await keyOf('demo', ['operator']);
  reader = await keyOf('demo', ['scores:read']);
  stranger = await keyOf('other', ['scores:read']);
  await publish([
    ...messageEvents('silent', 'a', { sent: '2026-11-05T08:00:00.000Z' }),
    ...messageEvents('silent', 'b', { sent: '2026-11-08T08:00:00.000Z' }),
    signalEvent({ who: 'silent', kind: 'call-not-ringing', at: '2026-11-12T08:00:00.000Z' }),
    ...messageEvents('alive', 'a', {
      sent: '2026-11-18T08:00:00.000Z',
      delivered: '2026-11-18T08:00:04.000Z',
      read: '2026-11-18T09:00:00.000Z',
    }),
    ...messageEvents('new', 'a', { sent: '2026-11-20T08:00:00.000Z' }),
  ]);
}, 60_000);

describe('GET /v1/contacts/{contactId}/block-likelihood', () => {
  const url = (who: string) => `/v1/contacts/${contact(`demo/${who}`)}/block-likelihood`;

  test('answers the contract, and tells the silent from the living', async () => {
    const { status, body } = await call(url('silent'));
    expect(status).toBe(200);
    const silent = BlockLikelihood.parse(body);
    expect(silent).toEqual(body);
    expect(silent.asOf).toEqual({ position: 7, at: '2026-11-20T00:00:00.000Z' });
    const alive = BlockLikelihood.parse((await call(url('alive'))).body);
    expect(alive.band).toBe('reachable');
    expect(silent.probability).toBeGreaterThan(10 * alive.probability);
  });

  test('a row of an earlier day is assessed again at the time of the read', async () => {
    const { queryable } = service.app.get(Database);
    const fresh = (await call(url('silent'))).body;
    const which = `WHERE contact_id = '${contact('demo/silent')}'`;
    const [row] = await queryable.query<{ kept: Buffer }>(
      `SELECT assessment AS kept FROM block_likelihoods ${which}`,
    );
    await queryable.query(
      `UPDATE block_likelihoods SET as_of_day = '2026-11-19', assessment = '{}' ${which}`,
    );
    expect((await call(url('silent'))).body).toEqual(fresh);
    await queryable.query(
      `UPDATE block_likelihoods SET as_of_day = '2026-11-20', assessment = $1 ${which}`,
      [row?.kept],
    );
    expect((await call(url('silent'))).body).toEqual(fresh);
  });

  test('says what would change it and what to look at next, and reads rows kept before it did', async () => {
    const silent = BlockLikelihood.parse((await call(url('silent'))).body);
    expect(silent.whatWouldChange?.en).toMatch(/sign of life|arrives/);
    expect(silent.nextObservation?.observation).toBe('look-at-presence');
    expect(silent.nextObservation?.expectedInformation).toBeGreaterThan(0);
    const alive = BlockLikelihood.parse((await call(url('alive'))).body);
    expect(alive.nextObservation).toBeUndefined();
    const { queryable } = service.app.get(Database);
    const which = `WHERE contact_id = '${contact('demo/silent')}'`;
    const [row] = await queryable.query<{ kept: Buffer }>(
      `SELECT assessment AS kept FROM block_likelihoods ${which}`,
    );
    const { whatWouldChange: _change, nextObservation: _next, ...older } = silent;
    // As an earlier version kept it, and as the migration left that.
    await queryable.query(
      `UPDATE block_likelihoods
       SET assessment = convert_to((convert_from($1, 'UTF8')::jsonb - 'nextObservation' - 'whatWouldChange')::text, 'UTF8')
       ${which}`,
      [Buffer.from(inflated(row?.kept ?? Buffer.of()))],
    );
    expect((await call(url('silent'))).body).toEqual(older);
    await queryable.query(`UPDATE block_likelihoods SET assessment = $1 ${which}`, [row?.kept]);
  });

  test('the waterfall adds up, and so do the causes', async () => {
    const { probability, priorLogOdds, families, causes } = BlockLikelihood.parse(
      (await call(url('silent'))).body,
    );
    const logOdds = families.reduce((sum, { contribution }) => sum + contribution, priorLogOdds);
    expect(1 / (1 + Math.exp(-logOdds))).toBeCloseTo(probability, 6);
    const total = Object.values(causes).reduce((sum, one) => sum + one, 0);
    expect(total).toBeCloseTo(1, 9);
  });

  test('another tenant’s contact, an unknown one and a malformed id answer alike', async () => {
    const answers = await Promise.all([
      call(url('silent'), stranger),
      call(url('nobody')),
      call('/v1/contacts/ct_x/block-likelihood'),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(404);
      expect(Problem.parse(body)).toMatchObject({ type: '/problems/not-found' });
    }
  });

  test('needs a key with the scope', async () => {
    const writer = await keyOf('demo', ['signals:write']);
    expect((await call(url('silent'), writer)).status).toBe(403);
    expect((await service.app.inject({ method: 'GET', url: url('silent') })).statusCode).toBe(401);
  });

  test('atLeast waits for a fact that is on its way, and for two seconds at most', async () => {
    const waiting = call(`${url('new')}?atLeast=8`);
    await pause(150);
    await publish([...messageEvents('new', 'a', { delivered: '2026-11-20T08:10:00.000Z' })]);
    const { asOf, band } = BlockLikelihood.parse((await waiting).body);
    expect([asOf.position, band]).toEqual([8, 'reachable']);
    const begun = performance.now();
    const late = BlockLikelihood.parse((await call(`${url('new')}?atLeast=999`)).body);
    expect(late.asOf.position).toBe(8);
    expect(performance.now() - begun).toBeGreaterThan(1_900);
    expect((await call(`${url('new')}?atLeast=x`)).status).toBe(400);
    expect((await call(`${url('new')}?other=1`)).status).toBe(400);
  });
});

describe('GET /v1/contacts/{contactId}/signals', () => {
  const url = `/v1/contacts/${contact('demo/alive')}/signals`;

  test('pages through what was observed, latest first', async () => {
    const seen = [];
    let next = `${url}?limit=2`;
    for (let pages = 0; pages < 5 && next !== ''; pages++) {
      const page = SignalTimelinePage.parse((await call(next)).body);
      seen.push(...page.items.map(({ kind }) => kind));
      next = page.nextCursor === undefined ? '' : `${url}?limit=2&cursor=${page.nextCursor}`;
    }
    expect(seen).toEqual(['message-read', 'message-delivered', 'message-sent']);
  });

  test('behind the last item there is an empty page, for another tenant there is none', async () => {
    const behind = Buffer.from('[1]').toString('base64url');
    const { status, body } = await call(`${url}?cursor=${behind}`);
    expect(status).toBe(200);
    expect(SignalTimelinePage.parse(body)).toMatchObject({ items: [] });
    expect((await call(`${url}?cursor=${behind}`, stranger)).status).toBe(200);
  });

  test('is not there for another tenant, and refuses a made-up cursor', async () => {
    expect((await call(url, stranger)).status).toBe(404);
    const refused = await call(`${url}?cursor=made-up`);
    expect(refused.status).toBe(400);
    expect(refused.text).not.toContain('made-up');
  });
});

describe('GET /v1/contacts/{contactId}/block-likelihood/history', () => {
  test('tells the day of the first word with its explanation, and of nobody else', async () => {
    const page = await call(`/v1/contacts/${contact('demo/silent')}/block-likelihood/history`);
    expect(page.status).toBe(200);
    const { items } = LikelihoodHistoryPage.parse(page.body);
    expect(items).toHaveLength(1);
    const { band, families, modelVersion } = items[0]!;
    const now = await call(`/v1/contacts/${contact('demo/silent')}/block-likelihood`);
    expect(now.body).toMatchObject({ band, families, modelVersion });
    const unknown = `/v1/contacts/${contact('nobody')}/block-likelihood/history`;
    expect((await call(unknown)).status).toBe(404);
  });
});

describe('GET /v1/block-likelihoods/aggregates', () => {
  test('tells nothing of a handful of people, and asks for the scope', async () => {
    const { status, body } = await call('/v1/block-likelihoods/aggregates');
    expect(status).toBe(200);
    const { contacts, bands } = LikelihoodAggregates.parse(body);
    expect(contacts).toBeUndefined();
    expect(bands.every((one) => (one.contacts ?? 0) === 0)).toBe(true);
  });
});

describe('GET /v1/incidents', () => {
  test('lists what stalled, latest first, in whatever order it was told, to its tenant alone', async () => {
    const events = [
      ...incidentEvents({
        nth: '01',
        from: '2026-11-01T08:00:00.000Z',
        until: '2026-11-01T12:00:00.000Z',
      }),
      ...incidentEvents({ nth: '02', from: '2026-11-02T08:00:00.000Z' }),
    ];
    await service.app
      .get(Database)
      .transaction((tx) => service.app.get(BlockLikelihoodConsumer).handle(tx, events));
    const { status, body } = await call('/v1/incidents');
    expect(status).toBe(200);
    expect(IncidentPage.parse(body).items).toMatchObject([
      { state: 'open', from: '2026-11-02T08:00:00.000Z', stuck: 38 },
      { state: 'closed', until: '2026-11-01T12:00:00.000Z', messages: 40 },
    ]);
    const first = IncidentPage.parse((await call('/v1/incidents?limit=1')).body);
    const rest = IncidentPage.parse(
      (await call(`/v1/incidents?limit=1&cursor=${first.nextCursor}`)).body,
    );
    expect([...first.items, ...rest.items]).toEqual(IncidentPage.parse(body).items);
    expect(rest.nextCursor).toBeUndefined();
    expect(IncidentPage.parse((await call('/v1/incidents', stranger)).body).items).toEqual([]);
  });
});

describe('GET /v1/block-likelihoods', () => {
  test('lists the most suspicious first, in pages that neither skip nor repeat', async () => {
    // The incidents above concern everybody: who is assessed anew between two pages changes places.
    const { queryable } = service.app.get(Database);
    while ((await queryable.query('SELECT FROM due_assessments LIMIT 1')).length > 0)
      await pause(20);
    const whole = BlockLikelihoodPage.parse((await call('/v1/block-likelihoods')).body);
    expect(whole.items[0]).toMatchObject({ contactId: contact('demo/silent') });
    expect(whole.items[0]?.reason.en.length).toBeGreaterThan(10);
    expect(whole.nextCursor).toBeUndefined();
    const paged = [];
    let cursor = '';
    for (let pages = 0; pages < 5 && (pages === 0 || cursor !== ''); pages++) {
      const page = BlockLikelihoodPage.parse(
        (await call(`/v1/block-likelihoods?limit=1${cursor}`)).body,
      );
      paged.push(...page.items);
      cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
    }
    expect(paged).toEqual(whole.items);
  });

  test('filters by band, and shows a tenant its own', async () => {
    const { items } = BlockLikelihoodPage.parse(
      (await call('/v1/block-likelihoods?band=reachable')).body,
    );
    expect(items.map(({ band }) => band)).toEqual(items.map(() => 'reachable'));
    expect(items.map(({ contactId }) => contactId)).toContain(contact('demo/alive'));
    expect((await call('/v1/block-likelihoods', stranger)).body).toEqual({ items: [] });
    expect((await call('/v1/block-likelihoods?band=certain')).status).toBe(400);
    expect((await call('/v1/block-likelihoods?limit=201')).status).toBe(400);
  });
});

describe('a contact whose use is restricted', () => {
  const [merged, silent] = [contact('demo/before-a-merge'), contact('demo/silent')];
  const listed = async () =>
    BlockLikelihoodPage.parse((await call('/v1/block-likelihoods?limit=1')).body).items.map(
      ({ contactId }) => contactId,
    );

  test.each([
    ['by its own id', silent],
    ['by an id that was merged into it', merged],
  ])('%s is in no list, and nothing of it is shown', async (_, restrictedId) => {
    const { queryable } = service.app.get(Database);
    const key = ['demo', merged];
    expect(await listed()).toEqual([silent]);
    expect((await call(`/v1/contacts/${silent}/signals`)).status).toBe(200);
    await queryable.query('INSERT INTO vault.merged_contacts VALUES ($1, $2, $3)', [
      ...key,
      silent,
    ]);
    await queryable.query('INSERT INTO restricted_contacts VALUES ($1, $2)', [
      'demo',
      restrictedId,
    ]);
    try {
      const [first] = await listed();
      expect(first).toBeDefined();
      expect(first).not.toBe(silent);
      for (const path of ['signals', 'block-likelihood', 'block-likelihood/history']) {
        expect([path, (await call(`/v1/contacts/${silent}/${path}`)).status]).toEqual([path, 423]);
      }
    } finally {
      await queryable.query('DELETE FROM restricted_contacts');
      await queryable.query(
        'DELETE FROM vault.merged_contacts WHERE tenant_id = $1 AND contact_id = $2',
        key,
      );
    }
    expect(await listed()).toEqual([silent]);
  });
});

describe('the outside', () => {
  test('hears of changes on block-likelihoods.v1, traced back to the fact', async () => {
    await service.settled();
    const received: { key: string; type: string | undefined; correlation: string | undefined }[] =
      [];
    const subscription = await service.app
      .get(MessageLog)
      .subscribe(
        { group: 'test', topics: ['block-likelihoods.v1'], from: 'earliest' },
        (records) => {
          for (const { key, headers } of records) {
            received.push({
              key,
              type: headers['ce_type'],
              correlation: headers['ce_correlationid'],
            });
          }
          return Promise.resolve();
        },
      );
    while (received.length < 3) await pause(50);
    await subscription.stop();
    const lastFact = signalEvent({
      who: 'silent',
      kind: 'call-not-ringing',
      at: '2026-11-12T08:00:00.000Z',
    });
    expect(received).toContainEqual({
      key: contact('demo/silent'),
      type: 'BlockLikelihoodChanged',
      correlation: lastFact.correlationid,
    });
  });

  test('finds every route in the API’s description', async () => {
    const answer = await service.app.inject({ method: 'GET', url: '/openapi.json' });
    expect(Object.keys(answer.json<{ paths: object }>().paths)).toEqual(
      expect.arrayContaining([
        '/v1/block-likelihoods',
        '/v1/contacts/{contactId}/block-likelihood',
        '/v1/contacts/{contactId}/signals',
        '/v1/projections',
        '/v1/projections/{name}/rebuilds',
        '/v1/projections/{name}/rebuilds/{rebuildId}',
      ]),
    );
  });
});

describe('/v1/projections', () => {
  const rebuilt = async (): Promise<ProjectionRebuild> => {
    const begun = await call('/v1/projections/block-likelihood/rebuilds', operator, 'POST');
    expect(begun.status).toBe(202);
    const { rebuildId } = ProjectionRebuild.parse(begun.body);
    const url = `/v1/projections/block-likelihood/rebuilds/${rebuildId}`;
    let rebuild = ProjectionRebuild.parse((await call(url, operator)).body);
    while (rebuild.state === 'running') {
      await pause(50);
      rebuild = ProjectionRebuild.parse((await call(url, operator)).body);
    }
    return rebuild;
  };

  test('a rebuild is begun, followed and ends in a swap of equal rows', async () => {
    const rebuild = await rebuilt();
    expect(rebuild).toMatchObject({
      state: 'swapped',
      progress: { of: 'contacts', done: 3, total: 3 },
      comparison: { liveRows: 3, newRows: 3, same: true },
    });
    const { items } = ProjectionList.parse((await call('/v1/projections', operator)).body);
    expect(items).toMatchObject([
      {
        name: 'block-likelihood',
        lag: 0,
        contacts: 3,
        outdatedContacts: 0,
        source: 'facts',
        state: 'current',
        rebuildable: true,
        latestRebuild: rebuild,
      },
      { name: 'scoring.block-likelihood', source: 'log', lag: 0, rebuildable: false },
      { name: 'scoring.left-out', source: 'log', lag: 0, rebuildable: false },
      { name: 'scoring.restrictions', source: 'log', lag: 0, rebuildable: false },
    ]);
    // Reads go on from the swapped table.
    expect(
      BlockLikelihoodPage.parse((await call('/v1/block-likelihoods')).body).items,
    ).toHaveLength(3);
  });

  test('a rebuild that changes verdicts tells the outside', async () => {
    const { queryable } = service.app.get(Database);
    const who = contact('demo/alive');
    const set = `SET band = 'probable', probability = 0.9 WHERE contact_id = '${who}'`;
    await queryable.query(`UPDATE block_likelihoods ${set}`);
    await queryable.query(`UPDATE announced_likelihoods ${set}`);
    expect((await rebuilt()).comparison).toMatchObject({ same: false });
    const { events } = await service.app.get(EventStore).load(`block-likelihood-${who}`);
    expect(events.at(-1)?.data).toMatchObject({ band: 'reachable', previousBand: 'probable' });
  });

  test('one at a time; one whose process died reads as interrupted', async () => {
    const records = service.app.get(RebuildRecords);
    const url = '/v1/projections/block-likelihood/rebuilds';
    const elsewhere = await records.lock();
    const { rebuildId } = await records.open();
    const joined = await call(url, operator, 'POST');
    expect(joined.body).toMatchObject({ rebuildId, state: 'running' });
    await elsewhere?.release();
    const left = await call(`${url}/${rebuildId}`, operator);
    expect(left.body).toMatchObject({ rebuildId, state: 'interrupted' });
    expect(await rebuilt()).toMatchObject({ state: 'swapped', comparison: { same: true } });
    expect((await call(`${url}/${rebuildId}`, operator)).body).toEqual(left.body);
  });

  test('is for operators; what does not exist is not found', async () => {
    for (const key of [reader, admin]) {
      expect((await call('/v1/projections', key)).status).toBe(403);
      expect((await call('/v1/projections/block-likelihood/rebuilds', key, 'POST')).status).toBe(
        403,
      );
    }
    expect((await call('/v1/projections/unknown/rebuilds', operator, 'POST')).status).toBe(404);
    const unknown = `/v1/projections/block-likelihood/rebuilds/rb_${'0'.repeat(32)}`;
    expect((await call(unknown, operator)).status).toBe(404);
  });
});
