import { expect, test } from '@jest/globals';
import { DataRight, RefusalGround } from '@tact/contracts';
import { lawAt, lawPacks, mayRefuse } from './law-packs.ts';

const receivedAt = new Date('2026-11-02T08:00:00Z');

test('a request is under the law of the day on which it reached us, in Paris', () => {
  // Half past ten at night in UTC is already the second of April there.
  expect(lawAt(new Date('2027-04-01T22:30:00Z')).name).toBe('gdpr-2027');
  expect(lawAt(new Date('2027-04-01T21:30:00Z')).name).toBe('gdpr-2018');
  expect(lawAt(new Date('2018-05-25T00:00:00Z')).name).toBe('gdpr-2018');
  expect(lawAt(new Date('2000-01-01T00:00:00Z')).name).toBe('gdpr-2018');
});

test('the packs are in the order of their days, name what they rest on, and differ', () => {
  const days = lawPacks.map(({ since }) => since);
  expect(days).toEqual(['2018-05-25', '2027-04-02']);
  expect(new Set(lawPacks.map(({ name }) => name)).size).toBe(lawPacks.length);
  for (const { sources, answeredWithinMonths, extendedByMonths, territory } of lawPacks) {
    expect([answeredWithinMonths, extendedByMonths, territory]).toEqual([1, 2, 'FR']);
    expect(sources).toContain('Regulation (EEC, Euratom) 1182/71, Art. 3');
    expect(sources).toContain('Regulation (EU) 2016/679, Art. 12(3) to (6), 15(4), 17(3)');
    expect(sources).toContain('Décret n° 2019-536, art. 77');
  }
  expect(lawPacks[1]?.sources).toContain('Regulation (EU) 2025/2518');
  expect(lawPacks[0].sources).not.toContain('Regulation (EU) 2025/2518');
});

test('nothing refuses an objection or a withdrawal', () => {
  for (const ground of RefusalGround.options) {
    expect(mayRefuse({ right: 'objection', receivedAt }, ground)).toBe(false);
    expect(mayRefuse({ right: 'withdrawal', receivedAt }, ground)).toBe(false);
  }
});

test('each ground refuses what the law lets it refuse', () => {
  const refusedOn = (ground: RefusalGround) =>
    DataRight.options.filter((right) => mayRefuse({ right, receivedAt }, ground));
  const all = DataRight.options.filter((right) => right !== 'objection' && right !== 'withdrawal');
  expect(refusedOn('manifestly-unfounded')).toEqual(all);
  expect(refusedOn('excessive')).toEqual(all);
  expect(refusedOn('not-identified')).toEqual(all);
  expect(refusedOn('rights-of-others')).toEqual(['access', 'portability']);
  expect(refusedOn('legal-obligation')).toEqual(['erasure']);
  expect(refusedOn('legal-claims')).toEqual(['erasure']);
});
