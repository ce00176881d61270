import { createHmac, randomUUID } from 'node:crypto';
import {
  inventedPerson,
  type Person,
  registration,
  statusWebhook,
  wamidFor,
} from '@tact/testing/webhook-bodies';
import { type Bench, type BenchCase, type BenchResult, interleave } from '../bench.ts';
import { HttpConnection } from '../http-connection.ts';
import { closedLoop, Latencies } from '../load.ts';
import { createRawTable, insertRaw } from '../raw-table.ts';
import {
  benchKey,
  benchSecret,
  benchWaba,
  SERVICE_WARM_UP_SECONDS,
  startService,
  withPlace,
} from '../service-process.ts';

/** Few callers show what one webhook costs, many what the service bears; both sides have as many. */
const concurrencies = [16, 64];
const CONTACTS = 200;
const PREPARED = 40_000;

/** Requests that were signed before the clock ran: Meta's processors do that, not ours. */
function* signedRequests(people: readonly Person[]): Generator<Buffer> {
  for (let nth = 0; ; nth += 1) {
    const person = people[nth % people.length] ?? inventedPerson(0);
    const at = Math.floor(Date.now() / 1000);
    const fact = { wamid: wamidFor(person), status: 'sent' as const, at };
    const body = JSON.stringify(statusWebhook(benchWaba, person, fact));
    const signature = createHmac('sha256', benchSecret).update(body).digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}` };
    yield HttpConnection.post('/v1/webhooks/whatsapp', headers, body);
  }
}

const expectOk = async (connection: HttpConnection, request: Buffer): Promise<void> => {
  const status = await connection.send(request);
  if (status !== 200) throw new Error(`ingestion answered ${status}`);
};

const register = async (connection: HttpConnection): Promise<readonly Person[]> => {
  const people = Array.from({ length: CONTACTS }, (_, nth) => inventedPerson(nth));
  const headers = { authorization: `Bearer ${benchKey}` };
  for (const person of people) {
    const body = JSON.stringify(registration(person));
    await expectOk(connection, HttpConnection.post('/v1/contacts', headers, body));
  }
  return people;
};

const signedWebhook = async (bench: Bench): Promise<BenchResult[]> => {
  const { raw, openRaw } = await bench.scratch();
  const most = Math.max(...concurrencies);
  const clients = await Promise.all(Array.from({ length: most }, () => openRaw()));
  await createRawTable(raw);
  return withPlace(bench.url, async (place) => {
    const service = await startService('ingestion', place);
    const connections = Array.from({ length: most }, () => new HttpConnection(service.port));
    const [first] = connections as [HttpConnection];
    const ready: Buffer[] = [];
    try {
      const requests = signedRequests(await register(first));
      const prepare = (): void => {
        while (ready.length < PREPARED) ready.push(requests.next().value as Buffer);
      };
      const send = (caller: number): Promise<void> =>
        expectOk(connections[caller] ?? first, ready.pop() ?? (requests.next().value as Buffer));
      prepare();
      await closedLoop(most, send)(SERVICE_WARM_UP_SECONDS * 1_000);
      const results: BenchResult[] = [];
      for (const callers of concurrencies) {
        prepare();
        const latencies = new Latencies();
        const measured = await interleave(bench.seconds, {
          raw: closedLoop(callers, (nth) => insertRaw(clients[nth] ?? raw, randomUUID())),
          ours: closedLoop(callers, send, { latencies }),
        });
        results.push({
          name: `signed webhook of one status, ${callers} callers, durable`,
          against: `raw at ${callers}`,
          unit: 'webhooks/s',
          ...measured,
          floor: 0.35,
          stretch: 0.5,
          p50Ms: latencies.percentileMs(50),
          p99Ms: latencies.percentileMs(99),
        });
      }
      return results;
    } finally {
      for (const connection of connections) connection.close();
      await service.stop();
    }
  });
};

export const cases: readonly BenchCase[] = [{ name: 'webhook', run: signedWebhook }];
