import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import {
  ImportAccepted,
  ImportProgress,
  type ImportType,
  DAY_MS,
  exampleProof,
} from '@tact/contracts';
import type { Client } from 'pg';

/** Who takes imports: a service or the gateway before it. */
export type Api = { readonly port: number; readonly authorization: string };

/** Uploads lines as they are made; resolves with the id of the import once they are all durable. */
export const upload = async (
  { port, authorization }: Api,
  type: ImportType,
  lines: Iterable<string>,
): Promise<string> => {
  const answer = await new Promise<string>((resolve, reject) => {
    const headers = { authorization, 'content-type': 'application/x-ndjson' };
    const path = `/v1/imports?type=${type}`;
    const posting = request({ port, path, method: 'POST', headers }, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve(text));
    });
    posting.once('error', reject);
    Readable.from(lines, { highWaterMark: 64 }).pipe(posting);
  });
  return ImportAccepted.parse(JSON.parse(answer)).importId;
};

export const judged = async (
  { port, authorization }: Api,
  importId: string,
): Promise<ImportProgress> => {
  for (;;) {
    const url = `http://127.0.0.1:${port}/v1/imports/${importId}`;
    const answer = await fetch(url, { headers: { authorization } });
    const progress = ImportProgress.parse(await answer.json());
    if (progress.state === 'finished') return progress;
    await pause(20);
  }
};

/** How a CRM exports them: each person's history after the other's, or all of them as time went. */
export type Order = 'by person' | 'by time';
type Story = { readonly people: readonly string[]; readonly each: number; readonly order: Order };

/** `each` facts of every person over sixty days: a message is sent, and delivered. */
export function* signalLines({ people, each, order }: Story): Generator<string> {
  const from = Date.now() - 60 * DAY_MS;
  const count = people.length * each;
  for (let nth = 0; nth < count; nth += 1) {
    const [person, fact] =
      order === 'by person'
        ? [Math.floor(nth / each), nth % each]
        : [nth % people.length, Math.floor(nth / people.length)];
    const crmId = people[person] ?? '';
    const kind = fact % 2 === 0 ? 'message-sent' : 'message-delivered';
    const occurredAt = new Date(from + (fact * 60 * DAY_MS) / each + person).toISOString();
    const messageRef = `${crmId}-${Math.floor(fact / 2)}`;
    const line = { id: `${crmId}-${fact}`, contact: { crmId }, kind, occurredAt, messageRef };
    yield `${JSON.stringify(line)}\n`;
  }
}

function* linesOf(people: readonly string[], line: (crmId: string) => object): Generator<string> {
  for (const crmId of people) yield `${JSON.stringify({ id: crmId, ...line(crmId) })}\n`;
}

const consent = {
  purpose: 'signal-analysis',
  channel: 'whatsapp',
  state: 'given',
  at: '2026-01-05T09:00:00Z',
  proof: exampleProof,
};

/** New people who agreed, imported as a CRM would. */
export const importPeople = async (api: Api, count: number): Promise<readonly string[]> => {
  const run = randomUUID();
  const people = Array.from({ length: count }, (_, nth) => `${run}-${nth}`);
  const contacts = linesOf(people, (crmId) => ({ identities: { crmId } }));
  await judged(api, await upload(api, 'contacts', contacts));
  const consents = linesOf(people, (crmId) => ({ contact: { crmId }, ...consent }));
  const { lines, notContactable } = await judged(api, await upload(api, 'consents', consents));
  const agreed = lines.accepted - (notContactable ?? 0);
  if (agreed !== count) throw new Error(`only ${agreed} people agreed`);
  return people;
};

/**
 * Resolves once scoring holds so many facts, and a likelihood made of each of them. Only when all facts are kept is
 * every row asked how many it was made of: asked all the time, it was an eighth of what the server did.
 */
export const inReadModel = async (client: Client, count: number): Promise<void> => {
  const reached = async (name: string, text: string): Promise<void> => {
    for (;;) {
      const { rows } = await client.query<{ n: string | null }>({ name, text });
      if (Number(rows[0]?.n ?? 0) >= count) return;
      await pause(50);
    }
  };
  await reached('facts_kept', 'SELECT max(position) AS n FROM scoring.facts');
  await reached('facts_assessed', 'SELECT sum(facts) AS n FROM scoring.block_likelihoods');
};
