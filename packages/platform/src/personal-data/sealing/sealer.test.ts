import { createSecretKey, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { erased, eventDefinitions, personalOf } from '@tact/contracts';
import * as fc from 'fast-check';
import type { z } from 'zod';
import type { SealableEvent } from '../../event-store/events.ts';
import { pathOf, putErased } from './personal-fields.ts';
import { SealBroken, SealingKeyMissing, SubjectErased, Unsealable } from '../refusals.ts';
import { PersonalDataSealer, type SealedFields } from './sealer.ts';
import { subjectId, type Subject, type SubjectKeyring } from '../keys/subject-keys.ts';

const canary = 'Zq7Canary9xW';

/** The vault's keys without a database: the real ones are proved in vault.int.test.ts. */
class KeysInMemory {
  readonly rings = new Map<string, SubjectKeyring>();
  queries = 0;
  #pick(subjects: readonly Subject[]) {
    if (subjects.length > 0) this.queries += 1;
    const ids = subjects.map(subjectId).filter((id) => this.rings.has(id));
    return new Map(ids.map((id) => [id, this.rings.get(id) as SubjectKeyring]));
  }
  find(subjects: readonly Subject[]) {
    return Promise.resolve(this.#pick(subjects));
  }
  provide(subjects: readonly Subject[]) {
    for (const id of subjects.map(subjectId)) {
      if (this.rings.has(id)) continue;
      const keys = new Map<number, KeyObject>([[1, createSecretKey(randomBytes(32))]]);
      this.rings.set(id, { state: 'live', revision: 1, keys });
    }
    return Promise.resolve(this.#pick(subjects));
  }
  erase(subject: Subject) {
    this.rings.set(subjectId(subject), { state: 'erased' });
  }
}

const setup = () => {
  const keys = new KeysInMemory();
  const sealer = new PersonalDataSealer(keys);
  const seal = async (event: SealableEvent) => {
    const [data] = await sealer.seal([event]);
    return { ...event, data: data as { $sealed: SealedFields } };
  };
  const open = async (event: SealableEvent) => (await sealer.open([event]))[0];
  const mark = async (event: SealableEvent) => (await sealer.markErased([event]))[0];
  return { keys, sealer, seal, open, mark };
};

const subject = { tenantId: 'acme', subject: 'ct_00000000000000000000000000000001' };
const eventOf = (type: string, data: object): SealableEvent => ({
  id: randomUUID(),
  type,
  ...subject,
  data,
});
const registered = () =>
  eventOf('ContactRegistered', {
    contactId: subject.subject,
    identities: { phone: '+33612345678', bsuid: 'FR.1' },
    attributes: { name: 'Jean Dupont' },
  });

type Def = {
  values?: readonly unknown[];
  type: string;
  shape?: Record<string, z.ZodType>;
  innerType?: z.ZodType;
  element?: z.ZodType;
  valueType?: z.ZodType;
  options?: readonly z.ZodType[];
};

/** Data of a schema's shape; every personal string, and every key of a personal record, starts with the canary. */
const dataOf = (schema: z.ZodType, personal: boolean): fc.Arbitrary<unknown> => {
  const def = schema.def as unknown as Def;
  const marked = personal || Boolean(personalOf(schema));
  const text = marked ? fc.string({ unit: 'binary' }).map((rest) => canary + rest) : undefined;
  if (def.innerType) return fc.option(dataOf(def.innerType, marked), { nil: undefined });
  if (def.shape) {
    const fields = Object.entries(def.shape).map(([name, field]) => [name, dataOf(field, marked)]);
    return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>);
  }
  if (def.element) return fc.array(dataOf(def.element, marked), { maxLength: 4 });
  if (def.valueType) return fc.dictionary(text ?? fc.string(), dataOf(def.valueType, marked));
  if (def.options) return fc.oneof(...def.options.map((option) => dataOf(option, marked)));
  if (def.type === 'null') return fc.constant(null);
  if (def.type === 'string') return text ?? fc.constant('clear');
  if (def.type === 'enum') return fc.constant('one-of-many');
  if (def.type === 'boolean') return fc.boolean();
  if (def.type === 'literal') return fc.constantFrom(...(def.values ?? []));
  if (def.type === 'number') return fc.double({ noNaN: true, noDefaultInfinity: true });
  throw new Error(`no arbitrary for ${def.type}: add it, or this type is not covered`);
};

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The canary as it would look inside base64, for each of the three alignments. */
const inBase64 = [0, 1, 2].map((offset) =>
  Buffer.concat([Buffer.alloc(offset), Buffer.from(canary)])
    .toString('base64')
    .slice(offset === 0 ? 0 : 4, -4),
);
const leaks = (text: string): boolean =>
  [canary, Buffer.from(canary).toString('hex'), ...inBase64].some((form) => text.includes(form));

describe('every event definition', () => {
  test.each(Object.values(eventDefinitions))(
    '$type: sealed, opened, erased',
    async (definition) => {
      const data = dataOf(definition.data, false) as fc.Arbitrary<object>;
      await fc.assert(
        fc.asyncProperty(data, async (generated) => {
          const { keys, seal, open, mark } = setup();
          const event = eventOf(definition.type, generated);
          const sealed = await seal(event);
          expect(leaks(JSON.stringify(sealed.data))).toBe(false);
          const stored = { ...sealed, data: asJson(sealed.data) as object };
          expect(await open(stored)).toEqual(asJson(generated));
          expect(await mark(stored)).toEqual(stored.data);
          expect(keys.rings.size).toBe(sealed.data.$sealed ? 1 : 0);
          if (!sealed.data.$sealed) return;
          keys.erase(subject);
          const paths = sealed.data.$sealed.p.map(pathOf);
          const erasedData = putErased(asJson(generated) as object, paths);
          expect(await open(stored)).toEqual(erasedData);
          expect(await mark(stored)).toEqual(erasedData);
          expect(leaks(JSON.stringify(await open(stored)))).toBe(false);
        }),
        { numRuns: 60 },
      );
    },
  );

  test('the search for leaks finds a planted one, in each form', () => {
    expect(leaks(`..${canary}..`)).toBe(true);
    for (const before of ['', 'a', 'ab']) {
      expect(leaks(Buffer.from(`${before}${canary}tail`).toString('base64'))).toBe(true);
    }
  });
});

describe('sealing', () => {
  test('one box per event: clear fields stay, personal ones are named, not shown', async () => {
    const { seal } = setup();
    const sealed = await seal(registered());
    expect(sealed.data).toEqual({
      contactId: subject.subject,
      identities: {},
      $sealed: {
        v: 3,
        k: 1,
        s: 1,
        p: ['/identities/phone', '/identities/bsuid', '/attributes'],
        b: expect.any(String),
      },
    });
  });

  test('no personal value present: no box, no key, no query', async () => {
    const { keys, sealer } = setup();
    const event = eventOf('SignalRecorded', { contactId: subject.subject, kind: 'message-sent' });
    expect(await sealer.seal([event])).toEqual([event.data]);
    expect([keys.rings.size, keys.queries]).toEqual([0, 0]);
  });

  test('a batch asks for its keys once, and opens them once', async () => {
    const { keys, sealer } = setup();
    const events = Array.from({ length: 50 }, (_, index) => ({
      ...registered(),
      subject: `ct_${index}`,
    }));
    const sealed = await sealer.seal(events);
    const opened = await sealer.open(
      events.map((event, index) => ({ ...event, data: sealed[index] as object })),
    );
    expect(opened).toEqual(events.map(({ data }) => data));
    expect(keys.queries).toBe(2);
  });

  test('refused: an unknown type, a sealed event, an erased person', async () => {
    const { keys, seal } = setup();
    await expect(seal(eventOf('NoSuchEvent', {}))).rejects.toThrow(Unsealable);
    await expect(seal(await seal(registered()))).rejects.toThrow(Unsealable);
    keys.erase(subject);
    await expect(seal(registered())).rejects.toThrow(SubjectErased);
  });

  test('a batch names all its erased persons at once', async () => {
    const { keys, sealer } = setup();
    for (const one of ['ct_1', 'ct_3']) keys.erase({ ...subject, subject: one });
    const batch = ['ct_1', 'ct_2', 'ct_3', 'ct_1'].map((one) => ({
      ...registered(),
      subject: one,
    }));
    await expect(sealer.seal(batch)).rejects.toMatchObject({ subjects: ['ct_1', 'ct_3'] });
  });

  test('erased values may be copied on: they need no key', async () => {
    const { keys, seal, open } = setup();
    const event = eventOf('ContactUpdated', { identities: { phone: erased } });
    const copied = await seal(event);
    expect(await open(copied)).toEqual(event.data);
    expect(keys.rings.size).toBe(0);
  });
});

describe('opening', () => {
  test.each<[string, (event: SealableEvent) => SealableEvent]>([
    ['id', (event) => ({ ...event, id: randomUUID() })],
    ['type', (event) => ({ ...event, type: 'ContactUpdated' })],
  ])('a box moved to another %s does not open', async (_, move) => {
    const { seal, open } = setup();
    await expect(open(move(await seal(registered())))).rejects.toThrow(SealBroken);
  });

  test('a box moved to another person or tenant does not open, even under the same key', async () => {
    const { keys, seal, open } = setup();
    const sealed = await seal(registered());
    const ring = keys.rings.get(subjectId(subject)) as SubjectKeyring;
    for (const other of [{ subject: 'ct_2' }, { tenantId: 'other' }]) {
      keys.rings.set(subjectId({ ...subject, ...other }), ring);
      await expect(open({ ...sealed, ...other })).rejects.toThrow(SealBroken);
    }
  });

  test('a changed box, tag, field list or frame is an error, never a part of the plaintext', async () => {
    const { seal, open } = setup();
    const sealed = await seal(registered());
    const box = Buffer.from(sealed.data.$sealed.b, 'base64');
    const changed = Buffer.from(box);
    changed[14] = (changed[14] ?? 0) ^ 1;
    const frames: object[] = [
      { b: changed.toString('base64') },
      { b: box.subarray(0, -12).toString('base64') },
      { p: ['/identities/bsuid', '/identities/phone', '/attributes'] },
      { v: 1 },
      { v: 2 },
      { v: 4 },
      { s: 2 },
      { s: undefined },
      { p: undefined },
      { k: '1' },
    ];
    for (const frame of frames) {
      const data = { ...sealed.data, $sealed: { ...sealed.data.$sealed, ...frame } };
      await expect(open({ ...sealed, data })).rejects.toThrow(SealBroken);
    }
  });

  test('a key nobody has and nobody erased is an error, not an erasure', async () => {
    const { keys, seal, open } = setup();
    const sealed = await seal(registered());
    keys.rings.clear();
    await expect(open(sealed)).rejects.toThrow(SealingKeyMissing);
  });
});

describe('versions of the frame', () => {
  // Made once, byte by byte, with the key, ids and iv below: what is stored must open for ever.
  const event: SealableEvent = {
    id: '0191f0c0-0000-8000-8000-000000000001',
    type: 'ContactRegistered',
    ...subject,
    data: {},
  };
  const clear = { contactId: subject.subject, identities: { phone: '+33639980103' } };
  const p = ['/identities/phone'];
  const versions: [number, SealedFields][] = [
    [1, { v: 1, k: 1, p, b: 'BAQEBAQEBAQEBAQEvJuTSt2DWBa/fFIDJGsOy+85zbhVJuIXQ4aeDLfDAo8=' }],
    [2, { v: 2, k: 1, s: 1, p, b: 'BAQEBAQEBAQEBAQEvJuTSt2DWBa/fFIDJGsOywT19lVyuqdr6VpkGnDjDm8=' }],
    [3, { v: 3, k: 1, s: 1, p, b: 'BAQEBAQEBAQEBAQEZtWTSt2DWBa/fFIDJGvGLiDJxlCYhhWJoH5UREjM' }],
  ];
  const withKey = () => {
    const made = setup();
    const keys = new Map([[1, createSecretKey(Buffer.alloc(32, 9))]]);
    made.keys.rings.set(subjectId(subject), { state: 'live', revision: 1, keys });
    return made;
  };
  const stored = ($sealed: SealedFields): SealableEvent => ({
    ...event,
    data: { contactId: subject.subject, identities: {}, $sealed },
  });

  test.each(versions)('version %s opens', async (_, sealed) => {
    const { open } = withKey();
    expect(await open(stored(sealed))).toEqual(clear);
    expect(await open({ ...stored(sealed), schemaVersion: 1 })).toEqual(clear);
  });

  test('the first does not know its schema version; from the second on another one is refused', async () => {
    const { open } = withKey();
    const [first, second] = versions.map(([, sealed]) => ({ ...stored(sealed), schemaVersion: 2 }));
    expect(await open(first as SealableEvent)).toEqual(clear);
    await expect(open(second as SealableEvent)).rejects.toThrow(SealBroken);
  });

  test('the schema version given is the one that is bound', async () => {
    const { seal, open } = withKey();
    const sealed = await seal({ ...event, data: clear, schemaVersion: 7 });
    expect(sealed.data.$sealed).toMatchObject({ v: 3, s: 7 });
    expect(await open(sealed)).toEqual(clear);
    const { $sealed } = sealed.data;
    const lowered = {
      ...sealed,
      schemaVersion: 1,
      data: { ...sealed.data, $sealed: { ...$sealed, s: 1 } },
    };
    await expect(open(lowered as SealableEvent)).rejects.toThrow(SealBroken);
  });
});
