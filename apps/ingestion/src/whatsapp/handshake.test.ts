import { readFileSync } from 'node:fs';
import { parse } from 'node:querystring';
import { expect, test } from '@jest/globals';
import { answerHandshake } from './handshake.ts';

type Case = { name: string; query: string; expect: { http: number; body?: string } };
const { verify_token: verifyToken, cases } = JSON.parse(
  readFileSync(
    new URL('../../../../packages/testing/fixtures/whatsapp/handshake.json', import.meta.url),
    'utf8',
  ),
) as { verify_token: string; cases: Case[] };

test.each(cases)('$name', ({ query, expect: expected }) => {
  const answer = answerHandshake(parse(query.slice(1)), verifyToken);
  if (expected.http === 200) expect(answer).toEqual({ challenge: expected.body });
  else expect(answer).toBe(expected.http === 400 ? 'malformed' : 'refused');
});
