// What a change touches: whole files to mutate, and the lines that come first.
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { isWithin, root, sourcesOf, suites } from './rooms.mjs';

/** A diff of a year of golden files is long; one that does not fit fails the run instead of being empty. */
const DIFF_BYTES_MAX = 512 * 1024 * 1024;

const git = (...args) =>
  execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: 'pipe',
    maxBuffer: DIFF_BYTES_MAX,
  }).trim();

const tryGit = (...args) => {
  try {
    return git(...args);
  } catch {
    return '';
  }
};

/** What a change is compared with, `{ commit, why }`; without a commit where git knows none. */
const baseOf = () => {
  const asked = process.env.MUTATE_BASE;
  if (asked)
    return { commit: git('rev-parse', '--verify', `${asked}^{commit}`), why: 'MUTATE_BASE' };
  const head = tryGit('rev-parse', 'HEAD');
  for (const name of ['origin/main', 'main']) {
    const commit = tryGit('merge-base', 'HEAD', name);
    if (commit !== '' && commit !== head) return { commit, why: `the merge base with ${name}` };
    const parent = commit === '' ? '' : tryGit('rev-parse', '--verify', '--quiet', 'HEAD^1');
    if (parent !== '') return { commit: parent, why: `the first parent, as HEAD is in ${name}` };
  }
  return { commit: '', why: 'git knows no base' };
};

/** Lines of a `git diff --unified=0 --no-renames` by path, `{ path: Set<line> }`; a deleted file has none. */
export const linesOf = (diff) => {
  const changed = new Map();
  let lines = new Set();
  for (const line of diff.split('\n')) {
    const path = /^diff --git a\/(.+) b\/\1$/.exec(line)?.[1];
    if (path !== undefined) {
      lines = changed.get(path) ?? new Set();
      changed.set(path, lines);
    }
    const [, first, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? ['', '0', '0'];
    for (let nth = 0; nth < Number(count); nth += 1) lines.add(Number(first) + nth);
  }
  return changed;
};

/**
 * The sources that a change concerns. Whatever else lies beside a suite's tests (a test without a source of its name,
 * one that is gone, a golden file) judges all of its sources, so all of them are judged anew, with no line of their own.
 */
export const concernedBy = (lines) => {
  const concerned = new Map();
  for (const suite of suites) {
    const sources = sourcesOf(suite);
    const isSource = (path) => sources.includes(path);
    const judges = [...lines.keys()].filter(
      (path) => isWithin(path, suite.tests) && (path.endsWith('.test.ts') || !path.endsWith('.ts')),
    );
    const own = [...lines.keys()].filter(isSource);
    for (const path of judges.length > 0 ? sources : own)
      concerned.set(path, lines.get(path) ?? new Set());
  }
  return concerned;
};

/** `{ lines: { path: Set<line> }, comparedWith }`. Where git knows no base, every file is taken for changed. */
export const changedLines = () => {
  const { commit, why } = baseOf();
  if (commit === '') {
    const all = suites.flatMap(sourcesOf).map((path) => [path, new Set()]);
    return { lines: new Map(all), comparedWith: `nothing (${why}): every file counts as changed` };
  }
  const places = suites.flatMap(({ sources, tests }) => [...sources, ...tests]);
  const lines = linesOf(
    git('diff', '--unified=0', '--no-color', '--no-renames', commit, '--', ...places),
  );
  for (const path of git('ls-files', '--others', '--exclude-standard', '--', ...places).split('\n'))
    if (path !== '') lines.set(path, new Set());
  return { lines: concernedBy(lines), comparedWith: `${commit.slice(0, 12)}, ${why}` };
};
