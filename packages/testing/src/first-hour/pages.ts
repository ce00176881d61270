import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../../', import.meta.url));

export type ShellBlock = {
  readonly line: number;
  readonly text: string;
  /** Why the tests leave it out, as a comment right above it says. */
  readonly notRun: string | undefined;
};

/** The pages a newcomer follows, seen from the root. */
export const pages = (): string[] => [
  'README.md',
  ...readdirSync(join(root, 'docs', 'how-to')).map((name) => `docs/how-to/${name}`),
];

const block = /(?:<!-- not run by the tests: ([^>]+) -->\n\n)?^```sh\n([\s\S]*?)^```$/gm;

/** Every shell block of a page, in order. */
export const shellBlocksOf = (page: string): ShellBlock[] => {
  const whole = readFileSync(join(root, page), 'utf8');
  return Array.from(whole.matchAll(block), ({ index, 1: notRun, 2: text = '' }) => ({
    line: whole.slice(0, index).split('\n').length,
    text,
    notRun,
  }));
};
