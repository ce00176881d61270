// A stand-in for a service: it says it is ready, answers what it heard, and obeys the same rules of life.
import { createServer } from 'node:http';
import process from 'node:process';

const name = process.env.FAKE_NAME ?? 'service';

if (process.env.FAKE_REFUSES) {
  process.stderr.write(`${process.env.FAKE_REFUSES}\n`);
  process.exit(1);
}

const answer = (response, status, body) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { url = '', headers } = request;
    if (url === '/health/ready') {
      return answer(response, 200, {
        status: 'ready',
        checks: { database: 'ready' },
        relay: { depth: 2, oldestAgeSeconds: 1.5 },
        consumers: [{ group: `${name}-consumer`, lag: 3, parked: 1 }],
      });
    }
    if (url === '/health/live') return answer(response, 200, { status: 'live' });
    if (url === '/internal/caller') return response.writeHead(204).end();
    if (url === '/alerts') {
      const since = '2026-11-29T10:00:00.000Z';
      const words = { what: 'Records were set aside.', todo: 'Redrive them.' };
      const alert = { kind: 'keys-parked', state: 'open', since, count: 3, ...words };
      return answer(response, 200, { items: [alert] });
    }
    if (url === '/openapi.json') {
      return answer(response, 200, { openapi: '3.1.0', paths: { [`/v1/${name}`]: {} } });
    }
    if (url.endsWith('/crash')) return process.exit(7);
    if (url.endsWith('/block')) for (;;);
    const body = Buffer.concat(chunks);
    return answer(response, 200, {
      pid: process.pid,
      url,
      method: request.method,
      headers,
      body: body.toString('base64'),
      env: { clock: process.env.TACT_CLOCK, wabaIds: process.env.WHATSAPP_WABA_IDS },
    });
  });
});

process.on('message', ({ type }) => {
  if (type === 'ping' && !process.env.FAKE_MUTE) process.send({ type: 'pong' });
});
if (process.env.FAKE_STUCK_START) for (;;);
server.listen(0, '127.0.0.1', () => {
  // Like a service, it follows the clock from when it is ready.
  process.on('message', (message) => {
    if (message.type === 'clock') process.send(message);
  });
  process.send?.({ type: 'ready', port: server.address().port });
});
const end = () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
};
process.on('SIGTERM', () => (process.env.FAKE_DEAF ? undefined : end()));
process.on('disconnect', () => (process.env.FAKE_ORPHAN ? undefined : process.exit(0)));
