import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const answer = JSON.stringify({ accepted: 1, observations: [{ at: '2026-01-05T09:00:00Z' }] });
const headers = { 'content-type': 'application/json', 'content-length': String(answer.length) };

/** A service that answers at once: what is measured in front of it is the gateway alone. */
const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    if (request.url === '/internal/caller') response.writeHead(204).end();
    else response.writeHead(200, headers).end(answer);
  });
});
server.keepAliveTimeout = 72_000;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));
