import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  inventedPerson,
  type Person,
  registration,
  statusWebhook,
  wamidFor,
} from '@tact/testing/webhook-bodies';
import type { Bench, BenchCase, BenchResult } from '../bench.ts';
import { HttpConnection } from '../http-connection.ts';
import { Latencies } from '../load.ts';
import { benchKey, benchSecret, benchWaba, startService, withPlace } from '../service-process.ts';

const CONTACTS = 100;
/** What one webhook leaves to relays and projections is done before the next: only the answer itself is timed. */
const PAUSE_MS = 40;

const peopleFrom = (first: number): readonly Person[] =>
  Array.from({ length: CONTACTS }, (_, nth) => inventedPerson(first + nth));

/** A webhook of a message sent just now, signed as Meta signs it. */
const signedRequest = (person: Person): Buffer => {
  const fact = { wamid: wamidFor(person), status: 'sent' as const };
  const at = Math.floor(Date.now() / 1000);
  const body = JSON.stringify(statusWebhook(benchWaba, person, { ...fact, at }));
  const signature = createHmac('sha256', benchSecret).update(body).digest('hex');
  const headers = { 'x-hub-signature-256': `sha256=${signature}` };
  return HttpConnection.post('/v1/webhooks/whatsapp', headers, body);
};

const registrationRequest = (person: Person, more: object = {}): Buffer => {
  const headers = { authorization: `Bearer ${benchKey}` };
  const body = JSON.stringify({ ...registration(person), ...more });
  return HttpConnection.post('/v1/contacts', headers, body);
};

const expectOk = async (connection: HttpConnection, request: Buffer): Promise<void> => {
  const status = await connection.send(request);
  if (status !== 200) throw new Error(`ingestion answered ${status}`);
};

const timed = async (
  connection: HttpConnection,
  person: Person,
  latencies: Latencies,
): Promise<void> => {
  const request = signedRequest(person);
  const begin = performance.now();
  await expectOk(connection, request);
  latencies.record(performance.now() - begin);
  await pause(PAUSE_MS);
};

/** How somebody who must not be analysed is answered, in turns with somebody who may: 1 tells nobody apart. */
const beside = async (
  who: string,
  bench: Bench,
  {
    connection,
    friends,
    others,
  }: Record<'friends' | 'others', readonly Person[]> & { connection: HttpConnection },
): Promise<BenchResult[]> => {
  const [friendly, other] = [new Latencies(), new Latencies()];
  const until = performance.now() + bench.seconds * 2_000;
  for (let nth = 0; performance.now() < until; nth = (nth + 1) % CONTACTS) {
    await timed(connection, friends[nth] ?? inventedPerson(0), friendly);
    await timed(connection, others[nth] ?? inventedPerson(0), other);
  }
  return [50, 99].map((percentile): BenchResult => {
    const [ours, raw] = [other.percentileMs(percentile), friendly.percentileMs(percentile)];
    const name = `webhook of ${who}, p${percentile}`;
    return { name, against: 'who consented', unit: 'ms', ours, raw, ratio: ours / raw };
  });
};

const consentGate = (bench: Bench): Promise<BenchResult[]> =>
  withPlace(bench.url, async (place) => {
    const service = await startService('ingestion', place);
    const connection = new HttpConnection(service.port);
    try {
      const [friends, silent, strangers] = [peopleFrom(0), peopleFrom(CONTACTS), peopleFrom(4_000)];
      for (const person of friends) await expectOk(connection, registrationRequest(person));
      for (const person of silent) {
        await expectOk(connection, registrationRequest(person, { consents: [] }));
      }
      return [
        ...(await beside('who did not consent', bench, { connection, friends, others: silent })),
        ...(await beside('a stranger', bench, { connection, friends, others: strangers })),
      ];
    } finally {
      connection.close();
      await service.stop();
    }
  });

export const cases: readonly BenchCase[] = [{ name: 'gate', run: consentGate }];
