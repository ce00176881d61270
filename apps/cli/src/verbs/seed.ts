import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Credentials,
  Purpose,
  type RegisterContactRequest,
  DAY_MS,
  exampleProof,
} from '@tact/contracts';
import { contactsNamed } from './corpus/contacts-named.ts';
import { readCorpus, type Corpus, type Handshake } from './corpus/corpus.ts';
import { handshakeQuery, signedCase } from './corpus/signed-case.ts';
import { eachOf, progressOf } from '../terminal/progress.ts';
import { Refusal } from '../terminal/refusal.ts';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../terminal/terminal.ts';

const webhook = '/v1/webhooks/whatsapp';
const YEAR_MS = 365 * DAY_MS;
/** Relative to this file, in `src` as in `dist`. */
const ownFixtures = new URL('../../../../packages/testing/fixtures/whatsapp', import.meta.url);

export type CaseResult = {
  readonly id: string;
  readonly expected: string;
  readonly got: string;
  readonly ok: boolean;
};

const consentsAt = (at: string): RegisterContactRequest['consents'] =>
  Purpose.options.map((purpose) => ({
    purpose,
    channel: 'whatsapp',
    state: 'given',
    at,
    proof: { ...exampleProof, source: 'invented for the WhatsApp corpus' },
  }));

const register = async (api: TactClient, corpus: Corpus): Promise<number> => {
  const contacts = contactsNamed(corpus.cases.map(({ body }) => body));
  const at = new Date(Date.parse(corpus.receivedAt) - YEAR_MS).toISOString();
  const progress = progressOf('contacts', contacts.length);
  await eachOf(contacts, 8, async (identities) => {
    const request: RegisterContactRequest = {
      identities,
      timeZone: 'Europe/Paris',
      language: 'fr',
      consents: consentsAt(at),
    };
    await api.post('/v1/contacts', request);
    progress.advance();
  });
  progress.end();
  return contacts.length;
};

const shake = async (api: TactClient, one: Handshake, corpus: Corpus): Promise<CaseResult> => {
  const path = `${webhook}${handshakeQuery(one, corpus, api.credentials)}`;
  const { status, text } = await api.call(path);
  const { http, body } = one.expect;
  const ok = status === http && (body === undefined || text === body);
  const got = status === http && !ok ? `${status} with another body` : String(status);
  return { id: `handshake: ${one.name}`, expected: String(http), got, ok };
};

/** In order, one at a time: some cases repeat a fact of the case before. */
const postAll = async (api: TactClient, corpus: Corpus): Promise<CaseResult[]> => {
  const results: CaseResult[] = [];
  const progress = progressOf('webhooks', corpus.cases.length + corpus.handshakes.length);
  for (const one of corpus.handshakes) {
    results.push(await shake(api, one, corpus));
    progress.advance();
  }
  for (const one of corpus.cases) {
    const { body, headers } = signedCase(one, corpus, api.credentials);
    const { status } = await api.call(webhook, { method: 'POST', headers, body });
    const expected = one.expect.http;
    results.push({
      id: one.id,
      expected: String(expected),
      got: String(status),
      ok: status === expected,
    });
    progress.advance();
  }
  progress.end();
  return results;
};

export const reportLines = (results: readonly CaseResult[]): string[] => {
  const width = Math.max(...results.map(({ id }) => id.length));
  return results.map(
    ({ id, expected, got, ok }) =>
      `  ${ok ? '✓' : '✗'} ${id.padEnd(width)}  expected ${expected}  got ${got}`,
  );
};

/** `tact seed --fixtures`: posts the WhatsApp corpus, signed. Throws `Refusal` when an answer is not the expected one. */
export const seed = async (
  folder: string | true,
  { api, terminal }: { api: TactClient; terminal: Terminal },
): Promise<void> => {
  const corpus = readCorpus(folder === true ? fileURLToPath(ownFixtures) : resolve(folder));
  const { origin }: Credentials = api.credentials;
  terminal.line(`seeding ${origin} with the WhatsApp corpus (every person in it is invented)`);
  const contacts = await register(api, corpus);
  const results = await postAll(api, corpus);
  for (const line of reportLines(results)) terminal.line(line);
  const wrong = results.filter(({ ok }) => !ok).length;
  terminal.line(
    `${contacts} contacts registered, ${results.length} requests posted, ${results.length - wrong} as expected, ${wrong} not`,
  );
  if (wrong > 0)
    throw new Refusal(`${wrong} of ${results.length} answers were not the expected ones.`);
};
