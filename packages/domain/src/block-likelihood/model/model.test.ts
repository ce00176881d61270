import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS, storedWords } from '@tact/contracts';
import { assumedPriors as priors } from './assumed-priors.ts';
import { coreStep, livenessStep, modelOf, multiply, type Hazard } from './model.ts';

const calm: Hazard = { complaint: false, frequent: false, optOut: false };
const [ON, PATCHY, OFF_DAYS, OFF_WEEKS, CHURNED] = [0, 1, 2, 3, 4];
const [FREE, QUEUED, BLOCKED] = [0, 5, 10];
const rowOf = (matrix: Float64Array, from: number, size: number) => [
  ...matrix.subarray(from * size, (from + 1) * size),
];
const near = (values: readonly number[]) => values.map((one): unknown => expect.closeTo(one, 12));

// In letters it would be a fifth of what is stored of each likelihood that is announced.
test('the model of a new platform is a word, by which what is stored names it', () => {
  expect(storedWords).toContain(priors.version);
});

describe('one night of a phone', () => {
  const step = livenessStep(priors);

  test.each([
    ['on', ON, [1 - 0.004 - 0.012 - 0.0016 - 0.0004, 0.004, 0.012, 0.0016, 0.0004]],
    ['patchy', PATCHY, [0.2, 1 - 0.2 - 0.012 - 0.0016 - 0.0004, 0.012, 0.0016, 0.0004]],
    ['off for days', OFF_DAYS, [0.33, 0, 1 - 0.33 - 0.0004, 0, 0.0004]],
    ['off for weeks', OFF_WEEKS, [0.045, 0, 0, 1 - 0.045 - 0.0004, 0.0004]],
    ['given up', CHURNED, [0, 0, 0, 0, 1]],
  ])('that is %s moves as assumed, or stays', (_name, from, expected) => {
    expect(rowOf(step, from, 5)).toEqual(near(expected));
  });
});

describe('one night of what stands between us and the phone', () => {
  const step = coreStep(priors, calm);
  const at = (from: number, to: number, of = step) => of[from * 15 + to];
  const stays = 1 - 0.004 - 0.012 - 0.0016 - 0.0004;

  test('every row adds up to one, whatever the hazard', () => {
    const all = { complaint: true, frequent: true, optOut: true };
    for (const matrix of [step, coreStep(priors, all)])
      for (let from = 0; from < 15; from++)
        expect(rowOf(matrix, from, 15).reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
  });

  test('blocks at the daily rate, and drops what waits', () => {
    expect(at(FREE + ON, FREE + ON)).toBeCloseTo(stays * 0.9985, 12);
    expect(at(FREE + ON, BLOCKED + ON)).toBeCloseTo(stays * 0.0015, 12);
    expect(at(QUEUED + ON, QUEUED + ON)).toBeCloseTo(stays * 0.9985, 12);
    expect(at(QUEUED + ON, BLOCKED + ON)).toBeCloseTo(stays * 0.0015, 12);
    expect(at(FREE + ON, QUEUED + ON)).toBe(0);
    expect(at(QUEUED + ON, FREE + ON)).toBe(0);
  });

  test('a patchy phone blocks by its share of the day, one that is off not at all', () => {
    expect(at(FREE + PATCHY, BLOCKED + ON)).toBeCloseTo(0.2 * 0.0015 * 0.35, 12);
    expect(at(FREE + OFF_DAYS, BLOCKED + ON)).toBe(0);
    expect(at(BLOCKED + OFF_WEEKS, FREE + ON)).toBe(0);
  });

  test('an unblocked person is free, and nothing waits', () => {
    expect(at(BLOCKED + ON, FREE + ON)).toBeCloseTo(stays * 0.003, 12);
    expect(at(BLOCKED + ON, BLOCKED + ON)).toBeCloseTo(stays * 0.997, 12);
    expect(at(BLOCKED + PATCHY, FREE + ON)).toBeCloseTo(0.2 * 0.003 * 0.35, 12);
    expect(at(BLOCKED + ON, QUEUED + ON)).toBe(0);
  });

  test('a number that is given up blocks nobody', () => {
    expect(at(FREE + ON, FREE + CHURNED)).toBeCloseTo(0.0004, 12);
    expect(at(FREE + ON, BLOCKED + CHURNED)).toBe(0);
    expect(at(QUEUED + ON, QUEUED + CHURNED)).toBeCloseTo(0.0004, 12);
    expect(at(BLOCKED + ON, FREE + CHURNED)).toBeCloseTo(0.0004, 12);
    expect(at(BLOCKED + ON, BLOCKED + CHURNED)).toBe(0);
  });

  test.each([
    ['complaint', 2.5],
    ['frequent', 1.3],
    ['optOut', 0.4],
  ] as const)('%s multiplies the rate of blocks, and no other', (hazard, factor) => {
    const other = coreStep(priors, { ...calm, [hazard]: true });
    expect(at(FREE + ON, BLOCKED + ON, other)).toBeCloseTo(stays * 0.0015 * factor, 12);
    expect(at(BLOCKED + ON, FREE + ON, other)).toBeCloseTo(stays * 0.003, 12);
  });
});

describe('the compiled model', () => {
  const model = modelOf(priors);

  test('is made once for the same priors', () => {
    expect(modelOf(priors)).toBe(model);
    expect(modelOf({ ...priors })).not.toBe(model);
  });

  test('has rates in the order of phones', () => {
    expect([...model.arrives]).toEqual([0.985, 0.35, 0, 0, 0]);
    expect([...model.unreachableCode]).toEqual([0.002, 0.002, 0.002, 0.002, 0.8]);
    expect([...model.rings]).toEqual([0.94, 0.33, 0.01, 0.01, 0.01]);
    expect([...model.receipt]).toEqual([0.9, 0.35, 0.005, 0.005, 0.005]);
    expect(model).toMatchObject({
      unreachableCodeWhenBlocked: 0.002,
      ringsWhenBlocked: 0.02,
      leak: { block: 1e-6, liveness: 1e-9 },
      waitMsMin: 12 * HOUR_MS,
      timeToLiveMs: 30 * DAY_MS,
    });
  });

  test('writers write at their rate, others at theirs, each by the share of the phone', () => {
    expect([...(model.writes[0] ?? [])]).toEqual(near([0.07, 0.07 * 0.35, 0, 0, 0]));
    expect([...(model.writes[1] ?? [])]).toEqual(near([0.004, 0.004 * 0.35, 0, 0, 0]));
  });

  test('begins with the assumed shares of phones, of talkers and of blocks', () => {
    const { initially } = model;
    expect(initially[FREE + ON]).toBeCloseTo(0.6 * 0.95 * 0.995, 12);
    expect(initially[BLOCKED + ON]).toBeCloseTo(0.6 * 0.95 * 0.005, 12);
    expect(initially[15 + FREE + OFF_DAYS]).toBeCloseTo(0.4 * 0.03 * 0.995, 12);
    expect(initially[15 + BLOCKED + OFF_DAYS]).toBeCloseTo(0.4 * 0.03 * 0.005, 12);
    expect(initially[FREE + CHURNED]).toBeCloseTo(0.6 * 0.004, 12);
    expect(initially[BLOCKED + CHURNED]).toBe(0);
    expect(initially[QUEUED + ON]).toBe(0);
    expect(initially.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
  });

  test('knows how each setting begins, moves and is seen', () => {
    const { photo, presence, 'group-add': groupAdd } = model.looks;
    expect([...photo.initially]).toEqual(near([0.55, 0.27, 0.18]));
    expect([...presence.initially]).toEqual(near([0.5, 0.5, 0]));
    expect([...groupAdd.initially]).toEqual(near([0.75, 0.25, 0]));
    expect([...(photo.powers[0] ?? [])]).toEqual(near([0.998, 0.002, 0, 0.001, 0.999, 0, 0, 0, 1]));
    expect([...photo.seen]).toEqual([0.985, 0.005, 0.005]);
    expect([...groupAdd.seen]).toEqual([0.985, 0.02, 0.02]);
    expect([photo, presence, groupAdd].map(({ seenWhenBlocked }) => seenWhenBlocked)).toEqual([
      0.06, 0.01, 0.03,
    ]);
  });
});

test('matrices multiply row by column', () => {
  const [one, other] = [Float64Array.of(1, 2, 0, 4), Float64Array.of(5, 6, 7, 8)];
  expect([...multiply(one, other, 2)]).toEqual([19, 22, 28, 32]);
  expect([...multiply(other, one, 2)]).toEqual([5, 34, 7, 46]);
});

test('every assumption says where it comes from', () => {
  const sourcesIn = (value: unknown): unknown[] => {
    if (typeof value !== 'object' || value === null) return [];
    if ('value' in value) return ['source' in value ? value.source : undefined];
    return Object.values(value).flatMap(sourcesIn);
  };
  const sources = sourcesIn(priors);
  expect(sources.length).toBeGreaterThan(70);
  for (const source of sources)
    expect(source).toMatch(
      /^(?:Starting assumption of the scoring page|Scoring page|Source article|WhatsApp default|Assumed by us: \w)/,
    );
  expect(priors.version).toMatch(/^\d{4}-\d{2}-assumed-\d+$/);
});
