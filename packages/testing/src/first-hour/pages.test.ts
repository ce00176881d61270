import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { assumedPriors } from '@tact/domain';
import { pages, root, shellBlocksOf } from './pages.ts';

describe.each(pages())('the shell blocks of %s survive a paste', (page) => {
  const lines = shellBlocksOf(page).flatMap(({ text }) => text.split('\n'));

  test('no placeholder: a shell reads <id> as a redirection, and nobody has an id called ...', () => {
    expect(lines.filter((line) => /<[a-zA-Z][\w -]*>|\b[a-z]{2}_\.\.\./.test(line))).toEqual([]);
  });

  test('no comment behind a command: zsh takes its words for arguments', () => {
    expect(lines.filter((line) => /\s#\s/.test(line))).toEqual([]);
  });

  test('no bare address with a question mark: zsh takes it for a pattern of file names', () => {
    expect(lines.filter((line) => /(?<!['"])\blocalhost:\d+\S*\?/.test(line))).toEqual([]);
  });
});

test('the page on models names the model that is live', () => {
  const page = readFileSync(join(root, 'docs', 'how-to', 'models.md'), 'utf8');
  const named = new Set(page.match(/\d{4}-\d\d-assumed-\d+/g));
  expect([...named]).toEqual([assumedPriors.version]);
});

test('what the pages import opens no incident that it does not close', () => {
  const page = readFileSync(join(root, 'docs', 'how-to', 'import.md'), 'utf8');
  const count = (kind: string) => page.split(`"kind":"${kind}"`).length - 1;
  expect(count('incident-opened')).toBeGreaterThan(0);
  expect(count('incident-closed')).toBe(count('incident-opened'));
});

describe('the README names every command there is', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };

  test.each(Object.keys(scripts))('npm script %s', (name) => {
    const called = ['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`;
    expect(readme).toContain(called);
  });

  test('every verb of tact', () => {
    const program = ['program.ts', 'verbs/models/add-models.ts']
      .map((file) => readFileSync(join(root, 'apps', 'cli', 'src', file), 'utf8'))
      .join('\n');
    const verbs = Array.from(
      program.matchAll(/tact\s*\.command\('([a-z-]+)'\)/g),
      ([, verb]) => verb,
    );
    expect(verbs.length).toBeGreaterThan(8);
    expect(verbs.filter((verb) => !readme.includes(`\`${verb}\``))).toEqual([]);
  });
});
