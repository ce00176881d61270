import { describe, expect, test } from '@jest/globals';

const tools = '../../../tools/mutate/';
const load = (name: string): Promise<Record<string, (...given: never[]) => unknown>> =>
  import(`${tools}${name}`);

const policy = 'packages/domain/src/contact-policy/';
const concerned = async (...changed: readonly string[]): Promise<readonly string[]> => {
  const { concernedBy } = await load('changed.mjs');
  const lines = new Map(changed.map((path) => [path, new Set()]));
  return [...(concernedBy?.(lines as never) as Map<string, unknown>).keys()];
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
    const { linesOf } = await load('changed.mjs');
    const diff = [
      ...['diff --git a/x/a.ts b/x/a.ts', '--- a/x/a.ts', '+++ b/x/a.ts', '@@ -3 +3,2 @@', '+one'],
      ...['diff --git a/x/b.test.ts b/x/b.test.ts', '--- a/x/b.test.ts', '+++ /dev/null'],
      '@@ -1,9 +0,0 @@',
    ].join('\n');
    const found = linesOf?.(diff as never) as Map<string, Set<number>>;
    expect([...found].map(([path, lines]) => [path, [...lines]])).toEqual([
      ['x/a.ts', [3, 4]],
      ['x/b.test.ts', []],
    ]);
  });

  test('short time reaches each file, changed lines first', async () => {
    const { inTurn } = await load('try-mutants.mjs');
    const of = (path: string) => [1, 2].map((line) => ({ path, line }));
    const files = new Map(['a', 'b'].map((path) => [path, of(path)]));
    const isUrgent = ({ path, line }: { path: string; line: number }) => path === 'b' && line === 2;
    const queue = inTurn?.(files as never, isUrgent as never) as ReturnType<typeof of>;
    expect(queue.map(({ path, line }) => `${path}${line}`)).toEqual(['b2', 'a1', 'b1', 'a2']);
  });
});

test('a loop is a timeout, an end of its own is a death, short memory is neither', async () => {
  const { outcomeOf } = await load('judge.mjs');
  const of = (ended: string) => outcomeOf?.({ ended } as never);
  expect(of('SIGALRM')).toEqual({ outcome: 'timeout' });
  expect(of('code 1')).toMatchObject({ outcome: 'killed' });
  expect(() => of('SIGKILL')).toThrow('nothing is judged');
});

test('a recorded score of another text is stale', async () => {
  const { digestOf, staleOf } = await load('scores.mjs');
  const [path, other] = [`${policy}rules.ts`, `${policy}channels.ts`];
  const files = { [path]: { source: digestOf?.(path as never) }, [other]: { source: 'before' } };
  expect(staleOf?.(files as never)).toEqual([other]);
});
