import { describe, expect, test } from '@jest/globals';
import { runInContext } from '../observability/context.ts';
import type { NewEvent, SealableEvent, Sealer, StreamAppend } from './events.ts';
import { unpackEvent } from './packed-event.ts';
import { identify, prepare, type Preparation } from './prepare.ts';
import { fromStoredMeta, type StoredMeta } from './stored-meta.ts';

const id = 'aaaaaaaa-0000-7000-8000-00000000000a';
const other = 'bbbbbbbb-0000-7000-8000-00000000000b';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const now = () => new Date('2026-11-02T10:20:30.400Z');
const counted: NewEvent = { id, type: 'Counted', data: { of: 1 } };
const append = (more: Partial<StreamAppend> = {}): StreamAppend => ({
  stream: 'a',
  expected: 'any',
  events: [counted],
  context: { tenantId: 'demo', subject: 'someone' },
  ...more,
});
const versionOf = (type: string) => (type === 'Counted' ? 3 : 1);
const prepared = async (given: StreamAppend, more: Partial<Preparation> = {}) => {
  const preparation = { sealer: undefined, schemaVersionOf: versionOf, now, ...more };
  const [only] = await prepare([given], preparation);
  return only!;
};
const metaOf = async (context: Partial<StreamAppend['context']>) =>
  fromStoredMeta(
    JSON.parse(
      (await prepared(append({ context: { ...append().context, ...context } }))).meta,
    ) as StoredMeta,
  );

describe('an event', () => {
  test('keeps its id, in lower case', () => {
    expect(identify({ ...counted, id: id.toUpperCase() }, now).id).toBe(id);
  });

  test('is given an id and the clock’s time where it has none', () => {
    const drawn = identify({ type: 'Counted', data: {} }, now);
    expect(drawn.id).toMatch(uuid);
    expect(drawn.time).toBe('2026-11-02T10:20:30.400Z');
    expect(drawn).toMatchObject({ type: 'Counted', data: {} });
  });

  test('has its time written the one way', () => {
    expect(identify({ ...counted, time: '2026-11-02T12:00:00+02:00' }, now).time).toBe(
      '2026-11-02T10:00:00.000Z',
    );
  });

  test.each([`${id}0`, `0${id}`, id.replaceAll('-', ''), 'nobody', ''])(
    'of the id %s is refused, which is no uuid',
    (wrong) => {
      expect(() => identify({ ...counted, id: wrong }, now)).toThrow(
        'The id of a Counted is not a uuid',
      );
    },
  );

  test('of no time at all is refused', () => {
    expect(() => identify({ ...counted, time: 'noon' }, now)).toThrow(
      'The time of a Counted is not RFC 3339',
    );
  });
});

describe('an append in clear', () => {
  test('is written as text, in the version of its type', async () => {
    expect(await prepared(append({ context: { ...append().context, commandId: other } }))).toEqual({
      stream: 'a',
      expected: -1,
      commandId: other,
      tenantId: 'demo',
      subject: 'someone',
      meta: JSON.stringify([1, ':u7u7uwAAcACAAAAAAAAACw', 0]),
      events: [
        {
          id,
          type: 'Counted',
          time: '2026-11-02T10:20:30.400Z',
          schemaVersion: 3,
          json: '{"of":1}',
          packed: null,
        },
      ],
    });
  });

  test('is written as bytes where its type has a list, and no text of it is kept', async () => {
    const contactId = `ct_${'0'.repeat(32)}`;
    const data = { contactId, probability: 0.5, band: 'reachable', modelVersion: 'm', asOf: 'now' };
    const given = append({
      events: [{ id, type: 'BlockLikelihoodChanged', data }],
      context: { tenantId: 'demo', subject: contactId },
    });
    const { events } = await prepared(given);
    expect(events).toMatchObject([{ json: null }]);
    const packed = events[0]?.packed ?? Buffer.alloc(0);
    expect(unpackEvent(packed, contactId)).toMatchObject({ data, meta: { correlationid: id } });
  });

  test.each([
    ['any', -1],
    ['none', 0],
    [0, 0],
    [7, 7],
  ] as const)('that expects %s asks the database for %s', async (expected, number) => {
    expect((await prepared(append({ expected }))).expected).toBe(number);
  });

  test('without a command says so', async () => {
    expect((await prepared(append())).commandId).toBeNull();
  });

  test('of no event is refused', async () => {
    await expect(prepared(append({ events: [] }))).rejects.toThrow('An append to a holds no event');
  });
});

describe('what caused an append', () => {
  const ambient = {
    correlationId: 'the request',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  };

  test('is its first event, where nothing else is known', async () => {
    expect(await metaOf({})).toEqual({ correlationid: id, causationid: id });
  });

  test('is its command', async () => {
    expect(await metaOf({ commandId: 'c' })).toEqual({ correlationid: 'c', causationid: 'c' });
  });

  test('is the request under way, and its command within that', async () => {
    expect(await runInContext(ambient, () => metaOf({ commandId: 'c' }))).toEqual({
      correlationid: 'the request',
      causationid: 'c',
      traceparent: ambient.traceparent,
    });
    expect(await runInContext(ambient, () => metaOf({}))).toMatchObject({
      causationid: 'the request',
    });
  });

  test('was done by who acts in the request under way, the person before the key', async () => {
    const byKey = { ...ambient, keyId: 'ak_01' };
    expect((await runInContext(byKey, () => metaOf({}))).actorid).toBe('ak_01');
    const byStaff = { ...byKey, actorId: 'st_01' };
    expect((await runInContext(byStaff, () => metaOf({}))).actorid).toBe('st_01');
    const named = () => metaOf({ actorId: 'st_02' });
    expect((await runInContext(byStaff, named)).actorid).toBe('st_02');
  });

  test('is nobody’s doing where no request is under way, or one of WhatsApp', async () => {
    expect(await metaOf({})).not.toHaveProperty('actorid');
    expect(await runInContext(ambient, () => metaOf({}))).not.toHaveProperty('actorid');
  });

  test('is what the caller names, before all else', async () => {
    const named = { correlationId: 'x', causationId: 'y', traceparent: 'z', commandId: 'c' };
    expect(await runInContext(ambient, () => metaOf(named))).toEqual({
      correlationid: 'x',
      causationid: 'y',
      traceparent: 'z',
    });
  });
});

describe('a sealed append', () => {
  const seen: SealableEvent[][] = [];
  const sealer: Sealer = {
    seal: async (events) => {
      seen.push([...events]);
      return events.map(({ id: of }) => ({ sealed: of }));
    },
    open: () => Promise.reject(new Error('Nothing is opened while events are prepared')),
    markErased: () => Promise.reject(new Error('Nobody is erased while events are prepared')),
  };
  const personal: NewEvent = {
    id: other,
    type: 'SignalRecorded',
    time: '2026-11-02T09:20:30.400Z',
    data: { contactId: 'c' },
  };

  test('has all events of the call sealed in one go, each in its own place', async () => {
    seen.length = 0;
    const appends = [
      append({ events: [counted, personal] }),
      append({
        stream: 'b',
        events: [{ ...counted, id: 'cccccccc-0000-7000-8000-00000000000c' }],
        context: { tenantId: 'other', subject: 'else' },
      }),
    ];
    const [first, second] = await prepare(appends, { sealer, schemaVersionOf: versionOf, now });
    expect(seen).toEqual([
      [
        { id, type: 'Counted', data: { of: 1 }, subject: 'someone', tenantId: 'demo' },
        {
          id: other,
          type: 'SignalRecorded',
          data: { contactId: 'c' },
          subject: 'someone',
          tenantId: 'demo',
        },
        {
          id: 'cccccccc-0000-7000-8000-00000000000c',
          type: 'Counted',
          data: { of: 1 },
          subject: 'else',
          tenantId: 'other',
        },
      ],
    ]);
    expect(first).toMatchObject({ stream: 'a', subject: 'someone' });
    expect(first?.events.map(({ json }) => json)).toEqual([
      `{"sealed":"${id}"}`,
      `{"sealed":"${other}"}`,
    ]);
    expect(second).toMatchObject({ stream: 'b', tenantId: 'other' });
    expect(second?.events.map(({ json }) => json)).toEqual([
      '{"sealed":"cccccccc-0000-7000-8000-00000000000c"}',
    ]);
  });

  test('tells the hour alone of what is about a person, and the time of all else', async () => {
    const { events } = await prepared(append({ events: [counted, personal] }), { sealer });
    expect(events).toEqual([
      expect.objectContaining({
        id,
        type: 'Counted',
        schemaVersion: 3,
        time: '2026-11-02T10:20:30.400Z',
      }),
      expect.objectContaining({
        id: other,
        type: 'SignalRecorded',
        schemaVersion: 1,
        time: '2026-11-02T09:00:00.000Z',
      }),
    ]);
  });
});
