import { readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

/** Limits of the house. A ratchet: a number here may be lowered, never raised. */
const limits = {
  sourceLinesMax: 300,
  testLinesMax: 500,
  mainLinesMax: 15,
  medianLinesMin: 30,
  medianLinesMax: 120,
} as const;

const root = fileURLToPath(new URL('../../../', import.meta.url));
const skipped = new Set([
  'node_modules',
  'dist',
  '.turbo',
  '.cache',
  '.tact',
  'fixtures',
  'golden',
]);

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });

const sources = ['apps', 'packages', 'infra', 'tools']
  .flatMap((room) => files(join(root, room)))
  .filter((path) => /\.(ts|mjs)$/.test(path))
  .map((path) => {
    const text = readFileSync(path, 'utf8');
    return { path: relative(root, path), text, lines: text.split('\n').length - 1 };
  });

const offenders = (wrong: (file: (typeof sources)[number]) => boolean) =>
  sources.filter(wrong).map(({ path, lines }) => `${path} (${lines} lines)`);

const isTest = (path: string) => path.endsWith('.test.ts');
const name = (path: string) => path.split('/').at(-1) ?? path;

describe('sizes', () => {
  test('a file stays within its limit', () => {
    expect(
      offenders(
        ({ path, lines }) => lines > (isTest(path) ? limits.testLinesMax : limits.sourceLinesMax),
      ),
    ).toEqual([]);
  });

  test('main.ts only starts the program', () => {
    expect(
      offenders(({ path, lines }) => name(path) === 'main.ts' && lines > limits.mainLinesMax),
    ).toEqual([]);
  });

  test('the median file is neither ceremony nor a god file', () => {
    const lengths = sources
      .filter(({ path }) => !isTest(path))
      .map(({ lines }) => lines)
      .toSorted((a, b) => a - b);
    const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
    expect(median).toBeGreaterThanOrEqual(limits.medianLinesMin);
    expect(median).toBeLessThanOrEqual(limits.medianLinesMax);
  });
});

/** Words that once had a private meaning here, and the term to use for it; `docs/glossary.md` has the others. */
const privateWords: ReadonlyMap<string, string> = new Map([
  ['assessor', 'reassess contacts'],
  ['coalescer', 'batch loader'],
  ['hear', 'receive, record'],
  ['heard', 'received'],
  ['hears', 'counts, receives'],
  ['lane', 'queue, connection, traffic class'],
  ['lanes', 'queues, connections, traffic classes'],
  ['stand', 'read position, projection position'],
  ['told', 'reported, recorded, published'],
  ['unheard', 'undelivered, unobserved'],
  ['untold', 'not reported'],
  ['wanted', 'query, requested, expected'],
]);
/** What is stored under such a word keeps its name: an event, and a column. */
const storedNames = new Set(['ObjectionHeard', 'heardAt']);
const notCode =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

const isPrivate = (identifier: string): boolean =>
  !storedNames.has(identifier) &&
  (identifier.match(/[A-Z]?[a-z]+/g) ?? []).some((part) => privateWords.has(part.toLowerCase()));

/** Identifiers outside comments, texts and SQL, and parts of the file's name. */
const privateWordsIn = ({ path, text }: (typeof sources)[number]): string[] => {
  const identifiers = text.replaceAll(notCode, ' ').match(/[A-Za-z_$][\w$]*/g) ?? [];
  const names = new Set([...identifiers, ...name(path).split(/[-.]/)]);
  return [...names].filter(isPrivate).map((one) => `${path}: ${one}`);
};

describe('names', () => {
  test('files are kebab-case with a suffix of the closed list', () => {
    const allowed =
      /^[a-z0-9]+(-[a-z0-9]+)*(\.(http|consumer|projection|reaction|table|module|worker))?(\.(int|e2e))?(\.test)?\.(ts|mjs)$/;
    expect(offenders(({ path }) => !allowed.test(name(path)))).toEqual([]);
  });

  test('no file is called after nothing', () => {
    const empty = /(^|-)(util|utils|helper|helpers|manager|common|misc|base|impl|dto)(-|\.)/;
    expect(offenders(({ path }) => empty.test(name(path)))).toEqual([]);
  });

  test('names are the terms of the field, not private words', () => {
    expect(sources.flatMap(privateWordsIn)).toEqual([]);
  });

  test('rooms hold no unnamed exports and no postponed work', () => {
    // Written so that this file does not offend itself.
    const postponed = /\bTO[D]O\b|\bFIX[M]E\b|@ts-[i]gnore/;
    expect(
      offenders(({ path, text }) => path.endsWith('.ts') && /^export default/m.test(text)),
    ).toEqual([]);
    expect(offenders(({ text }) => postponed.test(text))).toEqual([]);
  });
});

type Project = {
  readonly displayName: string;
  readonly testMatch: readonly string[];
  readonly testPathIgnorePatterns?: readonly string[];
};

describe('stages', () => {
  // A path in a variable: the configuration is no part of the program that is compiled here.
  const configuration = '../../../jest.config.mjs';
  const stagesOf = async (path: string): Promise<readonly string[]> => {
    const { default: jest } = (await import(configuration)) as {
      readonly default: { readonly projects: readonly Project[] };
    };
    return jest.projects
      .filter(({ testMatch, testPathIgnorePatterns: ignored = [] }) => {
        const globs = testMatch.map((glob) => glob.replace('<rootDir>/', ''));
        return (
          globs.some((glob) => matchesGlob(path, glob)) &&
          !ignored.some((pattern) => new RegExp(pattern).test(`/${path}`))
        );
      })
      .map(({ displayName }) => displayName);
  };

  test('each test file is run by exactly one', async () => {
    const found = await Promise.all(
      sources
        .filter(({ path }) => isTest(path))
        .map(async ({ path }) => ({ path, stages: await stagesOf(path) })),
    );
    expect(found.length).toBeGreaterThan(100);
    expect(found.filter(({ stages }) => stages.length !== 1)).toEqual([]);
  });

  test.each([
    ['packages/testing/src/conformance/log-kafka.int.test.ts', 'conformance'],
    ['packages/testing/src/conformance/deeper/one.int.test.ts', 'integration'],
    ['packages/testing/src/conformance/deeper/one.test.ts', 'unit'],
    ['infra/src/kafka/one.int.test.ts', 'integration'],
    ['infra/src/kafka/one.e2e.test.ts', 'e2e'],
  ])('%s would be run by %s', async (path, stage) => {
    expect(await stagesOf(path)).toEqual([stage]);
  });
});
