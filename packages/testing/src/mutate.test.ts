import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const tools = '../../../tools/mutate/';
type Tool = (...given: readonly unknown[]) => unknown;

/** A function of the tools, which are no part of the program that is compiled here. */
const tool = async (file: string, name: string): Promise<Tool> => {
  const found = ((await import(`${tools}${file}`)) as Readonly<Record<string, Tool>>)[name];
  if (found === undefined) throw new Error(`${file} has no ${name}`);
  return found;
};

const policy = 'packages/domain/src/contact-policy/';
const concerned = async (...changed: readonly string[]): Promise<readonly string[]> => {
  const concernedBy = await tool('changed.mjs', 'concernedBy');
  const lines = new Map(changed.map((path) => [path, new Set()]));
  return [...(concernedBy(lines) as ReadonlyMap<string, unknown>).keys()];
};

describe('what a change is judged by', () => {
  test('a source alone is itself', async () => {
    expect(await concerned(`${policy}rules.ts`)).toEqual([`${policy}rules.ts`]);
  });

  test.each([
    ['a test without a source of its name', 'decision-rules.test.ts'],
    ['a test that is gone', 'gone.test.ts'],
    ['a golden file', 'golden/1.json'],
  ])('%s is every source of its suite', async (_what, name) => {
    const paths = await concerned(`${policy}${name}`);
    expect(paths).toContain(`${policy}rules.ts`);
    expect(paths).toContain(`${policy}pressure-cap.ts`);
    expect(paths.every((path) => path.startsWith(policy))).toBe(true);
  });

  test('lines are those of the new text, and a deleted file is seen', async () => {
    const linesOf = await tool('changed.mjs', 'linesOf');
    const diff = [
      'diff --git a/x/a.ts b/x/a.ts',
      '--- a/x/a.ts',
      '+++ b/x/a.ts',
      '@@ -3 +3,2 @@',
      '+one',
      'diff --git a/x/b.test.ts b/x/b.test.ts',
      '--- a/x/b.test.ts',
      '+++ /dev/null',
      '@@ -1,9 +0,0 @@',
    ].join('\n');
    const found = linesOf(diff) as Map<string, Set<number>>;
    expect([...found].map(([path, lines]) => [path, [...lines]])).toEqual([
      ['x/a.ts', [3, 4]],
      ['x/b.test.ts', []],
    ]);
  });

  test('short time reaches each file, changed lines first', async () => {
    const inTurn = await tool('try-mutants.mjs', 'inTurn');
    const of = (path: string) => [1, 2].map((line) => ({ path, line }));
    const files = new Map(['a', 'b'].map((path) => [path, of(path)]));
    const isUrgent = ({ path, line }: { path: string; line: number }) => path === 'b' && line === 2;
    const queue = inTurn(files, isUrgent) as ReturnType<typeof of>;
    expect(queue.map(({ path, line }) => `${path}${line}`)).toEqual(['b2', 'a1', 'b1', 'a2']);
  });
});

test('a loop is a timeout, an end of its own is a death, short memory is neither', async () => {
  const outcomeOf = await tool('judge.mjs', 'outcomeOf');
  const of = (ended: string) => outcomeOf({ ended });
  expect(of('SIGALRM')).toEqual({ outcome: 'timeout' });
  expect(of('code 1')).toMatchObject({ outcome: 'killed' });
  expect(() => of('SIGKILL')).toThrow('nothing is judged');
});

test('a recorded score of another text is stale', async () => {
  const sourceOf = await tool('scores.mjs', 'sourceOf');
  const staleOf = await tool('scores.mjs', 'staleOf');
  const [path, other] = [`${policy}rules.ts`, `${policy}channels.ts`];
  const files = { [path]: { source: sourceOf(path) }, [other]: { source: 'before' } };
  expect(staleOf(files)).toEqual([other]);
});

test('comments and line breaks make no score stale, any word of code does', async () => {
  const codeOf = (await tool('scores.mjs', 'codeOf')) as (text: string) => string;
  const text = '// Why.\nconst one = 1;\n';
  const same = '/**\n * Why not.\n */\nconst one =\n  1; \n  // And more.\n';
  expect(codeOf(same)).toBe(codeOf(text));
  expect(codeOf(text)).toBe('const one = 1;');
  expect(codeOf('const one = 2;')).not.toBe(codeOf(text));
  expect(codeOf("const url = 'https://tact';")).toBe("const url = 'https://tact';");
});

describe('what a mutant meets', () => {
  const covered = (path: string, tests: readonly object[], atLoad: object = {}) => ({
    path,
    loadMs: 1,
    tests: tests.map((one, nth) => ({ nth, tookMs: 1, drawsAll: false, ...one })),
    atLoad,
  });
  const planOf = async (id: string, ...coverage: readonly object[]) => {
    const planFor = await tool('try-mutants.mjs', 'planFor');
    const ids: Readonly<Record<string, readonly string[]>> = { 'a.ts': ['1', '2'], 'b.ts': ['3'] };
    const plan = planFor({ id, path: 'a.ts' }, coverage, (path: string) => ids[path]);
    const { steps, hitsMax } = plan as { steps: { path: string; nth: number }[]; hitsMax: number };
    return { hitsMax, steps: steps.map(({ path, nth }) => `${path}#${nth}`) };
  };

  test('are the tests that visit it, the cheapest first, whatever file they are in', async () => {
    const slow = covered('slow', [
      { heft: 900, visits: { 1: 5 } },
      { heft: 10, visits: { 2: 5 } },
    ]);
    const quick = covered('quick', [{ heft: 30, visits: { 1: 2 } }]);
    const { steps, hitsMax } = await planOf('1', slow, quick);
    expect(steps).toEqual(['quick#0', 'slow#0']);
    expect(hitsMax).toBe(7 * 100 + 1_000);
  });

  test('are those of the file of its name before all others', async () => {
    const other = covered('quick', [{ heft: 3, visits: { 1: 2 } }]);
    const own = covered('a.test.ts', [{ heft: 900, visits: { 1: 2 } }]);
    expect((await planOf('1', other, own)).steps).toEqual(['a.test.ts#0', 'quick#0']);
  });

  test('are all tests of a file that loads it, those of its source first', async () => {
    const tests = [
      { heft: 1, visits: { 3: 1 } },
      { heft: 50, visits: { 2: 1 } },
    ];
    expect((await planOf('1', covered('file', tests, { 1: 1 }))).steps).toEqual([
      'file#1',
      'file#0',
    ]);
  });

  test('end with its budget, so that the same tests judge it on every machine', async () => {
    const heavy = [6, 2, 1].map((heft) => ({ heft: heft * 1e6, visits: { 1: 1 } }));
    expect((await planOf('1', covered('file', heavy))).steps).toEqual(['file#2', 'file#1']);
  });
});

test('a clean run is kept for the texts it was made of, and for no others', async () => {
  const coverageOf = await tool('kept-coverage.mjs', 'coverageOf');
  const folder = await mkdtemp(join(tmpdir(), 'tact-coverage-'));
  const loaded = join(relative(root, folder), 'loaded.ts');
  await writeFile(join(root, loaded), 'before');
  let runs = 0;
  const cover = () => {
    runs += 1;
    return { file: { run: runs }, loaded: [loaded] };
  };
  const suite = { sources: [policy], tests: [`${policy}wishes.test.ts`] };
  const ask = (...paths: readonly string[]) => coverageOf({ suite, paths, folder }, cover);
  expect(await ask(`${policy}rules.ts`)).toEqual([{ run: 1 }]);
  expect(await ask(`${policy}rules.ts`)).toEqual([{ run: 1 }]);
  expect(await ask(`${policy}channels.ts`)).toEqual([{ run: 2 }]);
  await writeFile(join(root, loaded), 'after');
  expect(await ask(`${policy}rules.ts`)).toEqual([{ run: 3 }]);
  await rm(folder, { recursive: true, force: true });
});

describe('a file below its bound', () => {
  const path = `${policy}rules.ts`;
  const scored = { killed: 90, timeout: 0, survived: 10, uncovered: 0, equivalent: 0, untried: 0 };
  const poorerThan = async (counts: object) => {
    const poorer = await tool('scores.mjs', 'poorer');
    return poorer({ [path]: counts }, { [path]: scored });
  };

  test('is poorer where fewer of its mutants die than were recorded to', async () => {
    expect(await poorerThan({ ...scored, killed: 89, survived: 11 })).toEqual([path]);
    expect(await poorerThan(scored)).toEqual([]);
  });

  test('is not judged by the first of its mutants', async () => {
    expect(await poorerThan({ ...scored, killed: 1, survived: 4, untried: 95 })).toEqual([]);
  });
});
