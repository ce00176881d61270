import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { callErrors, messageErrors } from './error-codes.ts';
import { callEvidenceOf, evidenceOf, isJudged } from './error-evidence.ts';

type Row = { code: number; evidence: string; cause: string };
type Table = { messages: Row[]; calls: Row[] };
const fixture = new URL('../../../testing/fixtures/whatsapp/error-evidence.json', import.meta.url);
const { messages, calls } = JSON.parse(readFileSync(fixture, 'utf8')) as Table;

test('the tables say of every code what the fixtures say', () => {
  const rows = (table: Row[]) => Object.fromEntries(table.map(({ code, ...rest }) => [code, rest]));
  expect(messageErrors).toEqual(rows(messages));
  expect(callErrors).toEqual(rows(calls));
  expect([isJudged(131_026), isJudged(999_999)]).toEqual([true, false]);
});

test('no code is evidence for a block, and unknown ones are neutral', () => {
  expect(messages.map(({ code }) => evidenceOf(code))).not.toContain('for_block');
  expect([evidenceOf(999_999), evidenceOf(undefined)]).toEqual(['neutral', 'neutral']);
});

test('the code of a call is judged by the table of calls, and by no other', () => {
  for (const { code, evidence } of calls) {
    expect(callEvidenceOf(code)).toBe(evidence);
    expect(isJudged(code)).toBe(true);
  }
  expect(callEvidenceOf(999_999)).toBeUndefined();
});
