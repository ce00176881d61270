import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';

const page = fileURLToPath(new URL('../../../../docs/reference/isolation.md', import.meta.url));
const head = ['route', 'place of the id', "another tenant's id", "nobody's id", 'own id'];

const intro = `# What a tenant is answered about another one

Each route that takes an id, asked by one tenant with a real id of another one and with an id that nobody has: status and body are
the same but for traces, and no row of the other one changes. The last column is the other one's own answer to the same call, which
shows that the id is real. 403: a route for operators. Written by \`UPDATE_ISOLATION=1 npm test -- isolation\` out of
\`packages/testing/src/isolation\`, which fails where a route with an id is new and says nothing there.
`;

const tableOf = (rows: readonly (readonly string[])[]): string => {
  const lines = [
    head,
    ...rows.map(([route = '', place = '', ...rest]) => [`\`${route}\``, `\`${place}\``, ...rest]),
  ];
  const widths = head.map((_, nth) => Math.max(...lines.map((line) => line[nth]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  const [first, ...others] = lines;
  return [first ?? [], rule, ...others]
    .map((line) => `| ${line.map((cell, nth) => cell.padEnd(widths[nth] ?? 0)).join(' | ')} |\n`)
    .join('');
};

/** Without the blanks that a formatter moves. */
const wordsOf = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/-{3,}/g, '---');

/** Holds the page to what was answered, or writes it. */
export const keptAsPage = async (rows: readonly (readonly string[])[]): Promise<void> => {
  const text = `${intro}\n${tableOf(rows.toSorted(([one = ''], [other = '']) => (one < other ? -1 : 1)))}`;
  if (process.env['UPDATE_ISOLATION'] === '1') return await writeFile(page, text);
  expect(wordsOf(await readFile(page, 'utf8'))).toBe(wordsOf(text));
};
