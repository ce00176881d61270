import { createSecretKey, randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { type Subject, subjectId, type SubjectKeyring } from '../keys/subject-keys.ts';
import { SubjectErased } from '../refusals.ts';
import { PersonalTexts } from './personal-texts.ts';

const one = { tenantId: 'acme', subject: `ct_${'1'.repeat(32)}` };
const other = { tenantId: 'acme', subject: `ct_${'2'.repeat(32)}` };
const key = () => createSecretKey(randomBytes(32));

/** The vault's keys without a database: the real ones are proved in vault.int.test.ts. */
const setup = () => {
  const shared = new Map([[1, key()]]);
  const rings = new Map<string, SubjectKeyring>([
    [subjectId(one), { state: 'live', revision: 1, keys: shared }],
    [subjectId(other), { state: 'live', revision: 1, keys: shared }],
  ]);
  const of = (subjects: readonly Subject[]) =>
    Promise.resolve(
      new Map(
        subjects.map(subjectId).flatMap((id) => {
          const ring = rings.get(id);
          return ring === undefined ? [] : [[id, ring] as const];
        }),
      ),
    );
  return { rings, texts: new PersonalTexts({ find: of, provide: of }) };
};

test('a text is sealed whole, and opens where it was sealed for, also after the key was renewed', async () => {
  const { rings, texts } = setup();
  const sealed = await texts.seal(one, 'Zq7Canary', 'place');
  expect(sealed).toMatch(/^1\.[A-Za-z0-9+/=]+$/);
  expect(Buffer.from(sealed.slice(2), 'base64').toString('latin1')).not.toContain('Zq7');
  const { keys } = rings.get(subjectId(one)) as Extract<SubjectKeyring, { state: 'live' }>;
  rings.set(subjectId(one), { state: 'live', revision: 2, keys: new Map([...keys, [2, key()]]) });
  expect(await texts.open(one, sealed, 'place')).toBe('Zq7Canary');
  const again = await texts.seal(one, 'Zq7Canary', 'place');
  expect(again.startsWith('2.')).toBe(true);
  expect(await texts.open(one, again, 'place')).toBe('Zq7Canary');
});

test('it opens nowhere else, for nobody else, and not when a bit of it was changed', async () => {
  const { texts } = setup();
  const sealed = await texts.seal(one, 'Zq7Canary', 'place');
  const last = sealed.at(-2) === 'A' ? 'B' : 'A';
  const spoilt = [
    texts.open(one, sealed, 'another place'),
    texts.open(other, sealed, 'place'),
    texts.open({ ...one, tenantId: 'elsewhere' }, sealed, 'place'),
    texts.open(one, sealed.replace(/..$/, `${last}=`), 'place'),
    texts.open(one, sealed.replace(/^1/, '7'), 'place'),
    texts.open(one, 'no box', 'place'),
    texts.open(one, '', 'place'),
  ];
  const ends = await Promise.allSettled(spoilt);
  expect(ends.map(({ status }) => status)).toEqual(spoilt.map(() => 'rejected'));
});

test('of an erased person nothing is opened and nothing sealed', async () => {
  const { rings, texts } = setup();
  const sealed = await texts.seal(one, 'Zq7Canary', 'place');
  rings.set(subjectId(one), { state: 'erased' });
  await expect(texts.open(one, sealed, 'place')).rejects.toBeInstanceOf(SubjectErased);
  await expect(texts.seal(one, 'Zq7Canary', 'place')).rejects.toBeInstanceOf(SubjectErased);
});
