import { type Bench, type BenchCase, type BenchResult, median } from '../bench.ts';
import { HttpConnection } from '../http-connection.ts';
import { closedLoop, Latencies } from '../load.ts';
import { usedBetween, WholePlatform } from '../whole-platform.ts';

const CALLERS = 16;
const PEOPLE = 500;
const LONG = 10_000;
const ROUNDS = 9;

type Sender = (request: Buffer) => Promise<void>;

/** Requests for each of these people in turn, for ever. */
function* turns(requests: readonly Buffer[]): Generator<Buffer, never> {
  for (let nth = 0; ; nth += 1) yield requests[nth % requests.length] as Buffer;
}

/** People with a time zone and a consent, and what asks for a decision on each. */
const askable = async (whole: WholePlatform): Promise<Buffer[]> => {
  await whole.register(PEOPLE);
  const consents = `FROM outreach.consents WHERE purpose = 'marketing'`;
  await whole.until(`SELECT count(*) AS n ${consents}`, PEOPLE);
  const { rows } = await whole.sql.query<{ id: string }>(`SELECT contact_id AS id ${consents}`);
  return rows.map(({ id }) => {
    const asked = { contactId: id, channel: 'whatsapp', purpose: 'marketing', reserve: true };
    const body = JSON.stringify(asked);
    return HttpConnection.post('/v1/contact-decisions', whole.authorization, body);
  });
};

const throughput = async (
  whole: WholePlatform,
  requests: readonly Buffer[],
  seconds: number,
): Promise<BenchResult[]> => {
  const next = turns(requests);
  const connections = Array.from({ length: CALLERS }, () => whole.connection());
  const ask = (nth: number) => whole.ok(connections[nth] ?? whole.connection(), next.next().value);
  await closedLoop(CALLERS, ask)(20_000);
  const latencies = new Latencies();
  const before = whole.cpu();
  const ms = seconds * 2_000;
  const rate = await closedLoop(CALLERS, ask, { latencies })(ms);
  const { total } = usedBetween(before, whole.cpu());
  const against = `${CALLERS} callers, ${PEOPLE} people, whole platform`;
  return [
    {
      name: 'contact decision',
      against,
      unit: 'decisions/s',
      ours: rate,
      p50Ms: latencies.percentileMs(50),
      p99Ms: latencies.percentileMs(99),
    },
    {
      name: 'contact decision: processor time of all processes',
      against,
      unit: 'ms',
      ours: (total * 1_000) / (rate * ms),
    },
  ];
};

type Sides = { readonly long: Generator<Buffer, never>; readonly fresh: Generator<Buffer, never> };

/** The same number of decisions on either side, in turns: milliseconds each takes, and of processor, long over fresh. */
const compared = async (
  whole: WholePlatform,
  { long, fresh }: Sides,
  send: Sender,
): Promise<{ took: number; cpu: number }> => {
  const each = 100;
  const side = async (requests: Generator<Buffer, never>) => {
    const [cpu, began] = [whole.cpu(), performance.now()];
    for (let nth = 0; nth < each; nth += 1) await send(requests.next().value);
    return { took: performance.now() - began, cpu: usedBetween(cpu, whole.cpu()).total };
  };
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // Who goes first changes, so that the machine's moods hit both.
    const first = round % 2 === 0 ? await side(long) : undefined;
    const of = await side(fresh);
    const over = first ?? (await side(long));
    rounds.push({ took: over.took / of.took, cpu: over.cpu / of.cpu });
  }
  return {
    took: median(rounds.map(({ took }) => took)),
    cpu: median(rounds.map(({ cpu }) => cpu)),
  };
};

const longAgainstFresh = async (
  whole: WholePlatform,
  requests: readonly Buffer[],
): Promise<BenchResult[]> => {
  const port = whole.platform.run.services.find(({ service }) => service === 'outreach')?.port;
  if (port === undefined) throw new Error('outreach has no port');
  const service = new HttpConnection(port);
  const [longOne, ...others] = requests;
  if (longOne === undefined) throw new Error('nobody is there to decide on');
  for (let nth = 0; nth < LONG; nth += 1) await whole.ok(service, longOne);
  const sides = { long: turns([longOne]), fresh: turns(others) };
  // Each person's key is at hand on both sides.
  for (const request of others) await whole.ok(service, request);
  const results: BenchResult[] = [];
  // The gateway closes a connection that nobody uses, so its own is opened when it is needed.
  for (const [where, open] of [
    ['at the service', () => service],
    ['through the gateway', () => whole.connection()],
  ] as const) {
    const connection = open();
    const { took, cpu } = await compared(whole, sides, (request) => whole.ok(connection, request));
    const name = `decision after ${LONG} on one person, ${where}`;
    const line = { against: 'a fresh person', unit: 'times', atMost: 1.5 };
    results.push({ ...line, name, ours: took });
    results.push({ ...line, name: `${name}: processor time`, ours: cpu });
  }
  service.close();
  return results;
};

export const cases: readonly BenchCase[] = [
  {
    name: 'platform-decisions',
    run: ({ seconds }: Bench) =>
      WholePlatform.with(async (whole) => {
        const requests = await askable(whole);
        // First, while the people are fresh.
        const compares = await longAgainstFresh(whole, requests);
        return [...(await throughput(whole, requests, seconds)), ...compares];
      }),
  },
];
