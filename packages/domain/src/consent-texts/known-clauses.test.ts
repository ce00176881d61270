import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { isConsentByUse } from './consent-by-use.ts';
import { knownClauses } from './known-clauses.ts';

const file = new URL('./golden/known-clauses.json', import.meta.url);
const { clauses }: { readonly clauses: readonly string[] } = JSON.parse(readFileSync(file, 'utf8'));
const written = clauses
  .flatMap((text) => [text, text.replaceAll('’', "'")])
  .flatMap((text) => [text, `${text}\n`]);
const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

test('each clause is known by its hash however its apostrophes and its end are written', () => {
  expect([...knownClauses].toSorted()).toEqual([...new Set(written.map(sha256Of))].toSorted());
});

test('each of them would be refused as a text', () => {
  for (const text of written) expect(isConsentByUse(text)).toBe(true);
});
