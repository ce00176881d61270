import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { evidenceOf, messageErrors } from './error-evidence.ts';

type Row = { code: number; evidence: string; cause: string };
const fixture = new URL('../../../testing/fixtures/whatsapp/error-evidence.json', import.meta.url);
const { messages } = JSON.parse(readFileSync(fixture, 'utf8')) as { messages: Row[] };

test('the table says of every message code what the fixtures say', () => {
  const rows = Object.fromEntries(
    messages.map(({ code, evidence, cause }) => [code, { evidence, cause }]),
  );
  expect(messageErrors).toEqual(rows);
});

test('no code is evidence for a block, and unknown ones are neutral', () => {
  expect(messages.map(({ code }) => evidenceOf(code))).not.toContain('for_block');
  expect([evidenceOf(999_999), evidenceOf(undefined)]).toEqual(['neutral', 'neutral']);
});
