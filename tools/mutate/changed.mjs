// What changed since the merge base with main: whole files to mutate, and the lines that come first.
import { execFileSync } from 'node:child_process';
import { root } from './rooms.mjs';

const git = (...args) => {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return '';
  }
};

/** On main itself, the commit before: what the last one changed is judged. */
function base() {
  const head = git('rev-parse', 'HEAD');
  const found = ['origin/main', 'main']
    .map((name) => git('merge-base', 'HEAD', name))
    .find(Boolean);
  return found === head ? git('rev-parse', 'HEAD^') : found;
}

/**
 * Lines by path, `{ path: Set<line> }`; a changed test counts for the source beside it, with no line of its own.
 * Undefined where git knows no base, as in a copy without history.
 */
export function changedLines() {
  const from = base();
  if (!from) return undefined;
  const changed = new Map();
  let lines = new Set();
  for (const line of git('diff', '--unified=0', '--no-color', from, '--', '*.ts').split('\n')) {
    const path = /^\+\+\+ b\/(.+)$/.exec(line)?.[1]?.replace(/\.test\.ts$/, '.ts');
    if (path !== undefined) {
      lines = changed.get(path) ?? new Set();
      changed.set(path, lines);
    }
    const [, first, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? ['', '0', '0'];
    for (let nth = 0; nth < Number(count); nth += 1) lines.add(Number(first) + nth);
  }
  return changed;
}
