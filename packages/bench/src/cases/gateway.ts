import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Bench, type BenchCase, type BenchResult, interleave } from '../bench.ts';
import { HttpConnection } from '../http-connection.ts';
import { closedLoop, Latencies } from '../load.ts';

const concurrencies = [16, 64];
const WARM_UP_MS = 5_000;

/** As long as the webhook of one status with its pricing. */
const webhook = HttpConnection.post(
  '/v1/webhooks/whatsapp',
  { 'x-hub-signature-256': 'sha256=0' },
  JSON.stringify({ object: 'whatsapp_business_account', entry: 'x'.repeat(1_200) }),
);
const signals = HttpConnection.post(
  '/v1/signals',
  { authorization: 'Bearer bench' },
  JSON.stringify({ kind: 'x'.repeat(300) }),
);
const read = HttpConnection.get('/v1/models/current', { authorization: 'Bearer bench' });

type Started = { readonly port: number; stop(): void };

const started = async (
  child: ChildProcess,
  portIn: (message: unknown) => number,
): Promise<Started> => {
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
    child.once('message', (message) => resolve(portIn(message)));
  });
  return { port, stop: () => void child.kill('SIGKILL') };
};

const startBoth = async (): Promise<{ service: Started; gateway: Started }> => {
  const worker = fileURLToPath(new URL('../instant-service.worker.js', import.meta.url));
  const service = await started(fork(worker), Number);
  const origin = `http://127.0.0.1:${service.port}`;
  const main = fileURLToPath(new URL('../../../../apps/gateway/dist/main.js', import.meta.url));
  const env = { ...process.env, INGESTION_URL: origin, SCORING_URL: origin, OUTREACH_URL: origin };
  const gateway = await started(
    fork(main, {
      env: { ...env, COMPLIANCE_URL: origin, PORT: '0', HOST: '127.0.0.1', TACT_MODE: 'server' },
    }),
    (message) => (message as { port: number }).port,
  );
  return { service, gateway };
};

const expectOk = async (connection: HttpConnection, request: Buffer): Promise<void> => {
  const status = await connection.send(request);
  if (status !== 200) throw new Error(`answered ${status}`);
};

/** The same requests to the same service: through the gateway, and past it. */
const throughGateway = async (bench: Bench): Promise<BenchResult[]> => {
  const { service, gateway } = await startBoth();
  const most = Math.max(...concurrencies);
  const connectionsTo = ({ port }: Started): HttpConnection[] =>
    Array.from({ length: most }, () => new HttpConnection(port));
  const [direct, through] = [connectionsTo(service), connectionsTo(gateway)];
  const send = (connections: readonly HttpConnection[], request: Buffer) => (caller: number) =>
    expectOk(connections[caller] as HttpConnection, request);
  const results: BenchResult[] = [];
  try {
    for (const [what, request] of Object.entries({
      webhook,
      'POST with a key': signals,
      GET: read,
    })) {
      await closedLoop(most, send(through, request))(WARM_UP_MS);
      for (const callers of concurrencies) {
        const latencies = new Latencies();
        const measured = await interleave(bench.seconds, {
          raw: closedLoop(callers, send(direct, request)),
          ours: closedLoop(callers, send(through, request), { latencies }),
        });
        results.push({
          name: `${what} through the gateway, ${callers} callers`,
          against: `a service that answers at once, at ${callers}`,
          unit: 'requests/s',
          ...measured,
          p50Ms: latencies.percentileMs(50),
          p99Ms: latencies.percentileMs(99),
        });
      }
    }
    return results;
  } finally {
    for (const connection of [...direct, ...through]) connection.close();
    gateway.stop();
    service.stop();
  }
};

export const cases: readonly BenchCase[] = [{ name: 'gateway', run: throughGateway }];
