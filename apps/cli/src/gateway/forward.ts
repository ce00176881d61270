import {
  Agent,
  request as startRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { sendProblem } from './problem.ts';

/** Headers of one connection, not of the message: they end here (RFC 9110, 7.6.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
/** A caller who names its own address here would escape the rate limit: the gateway alone says it. */
const forgeable = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'forwarded',
];
const droppedAlways = new Set(hopByHop);
const droppedInbound = new Set([...hopByHop, ...forgeable]);

const IDLE_MS_MAX = 120_000;
/** So much of a refused body is read and dropped, for so long: most callers send all before they read. */
const DROPPED_BYTES_MAX = 32 * 1024 * 1024;
const DROPPING_MS_MAX = 10_000;

/** Keep-alive connections to every service, whatever its port is now. */
export const upstreamAgent = (): Agent =>
  new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 64, scheduling: 'lifo' });

/** The headers in their order and spelling, but for those dropped and those `connection` names. */
export const passedHeaders = (
  raw: readonly string[],
  dropped: ReadonlySet<string>,
  connection: string | undefined,
): string[] => {
  const named = new Set((connection ?? '').toLowerCase().split(/\s*,\s*/));
  const passed: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const key = name.toLowerCase();
    if (!dropped.has(key) && !named.has(key)) passed.push(name, raw[index + 1] ?? '');
  }
  return passed;
};

const addresses = new Map<string, { hostname: string; port: string }>();

/** Origins are few: one per service and restart. */
const addressOf = (origin: string): { hostname: string; port: string } => {
  const known = addresses.get(origin);
  if (known) return known;
  const { hostname, port } = new URL(origin);
  const address = { hostname, port: port === '' ? '80' : port };
  addresses.set(origin, address);
  return address;
};

const requestHeaders = (request: IncomingMessage, chunked: boolean): string[] => {
  const headers = passedHeaders(request.rawHeaders, droppedInbound, request.headers.connection);
  headers.push('x-forwarded-for', request.socket.remoteAddress ?? 'unknown');
  headers.push('x-forwarded-proto', 'http', 'x-forwarded-host', request.headers.host ?? '');
  // HTTP/1.0 allows a request without it; we pass it on as HTTP/1.1, which does not.
  if (request.headers.host === undefined) headers.push('host', 'localhost');
  // Node frames the body of a DELETE or GET only when told to; unframed it would be read as another request.
  if (chunked) headers.push('transfer-encoding', 'chunked');
  return headers;
};

/**
 * Refused here, because a service that answers early and closes resets the connection, and the caller
 * would never read why. For the same reason the connection stays open while the rest comes in.
 */
const refuseBody = (request: IncomingMessage, response: ServerResponse): void => {
  sendProblem(response, 'body-too-large');
  request.unpipe();
  const { socket } = request;
  const cut = setTimeout(() => socket.destroy(), DROPPING_MS_MAX);
  let dropped = 0;
  request.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > DROPPED_BYTES_MAX) socket.destroy();
  });
  for (const over of ['end', 'error'] as const) request.once(over, () => clearTimeout(cut));
  socket.once('close', () => clearTimeout(cut));
  request.resume();
};

/** Passes one request on and its answer back as streams: the bytes a signature was made over stay as they are. */
export const forward = (
  request: IncomingMessage,
  response: ServerResponse,
  { origin, agent, bytesMax }: { origin: string; agent: Agent; bytesMax: number | undefined },
): void => {
  if (Number(request.headers['content-length'] ?? 0) > (bytesMax ?? Infinity)) {
    return refuseBody(request, response);
  }
  const { hostname, port } = addressOf(origin);
  const chunked = request.headers['transfer-encoding'] !== undefined;
  const upstream = startRequest({
    hostname,
    port,
    agent,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: requestHeaders(request, chunked),
    setHost: false,
    timeout: IDLE_MS_MAX,
  });
  upstream.once('response', (answer) => {
    response.writeHead(
      answer.statusCode ?? 502,
      answer.statusMessage ?? '',
      passedHeaders(answer.rawHeaders, droppedAlways, answer.headers.connection),
    );
    answer.pipe(response);
    answer.once('error', () => response.destroy());
  });
  upstream.on('error', () => {
    if (response.writableEnded) return;
    if (response.headersSent) response.destroy();
    else sendProblem(response, 'unavailable', 'A service does not answer now.');
    request.resume();
  });
  upstream.once('timeout', () => upstream.destroy(new Error('the service was silent too long')));
  response.once('close', () => {
    // The caller went away before the end: the service need not finish the answer.
    if (!response.writableFinished) upstream.destroy();
  });
  if (chunked && bytesMax !== undefined) {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax || response.headersSent) return;
      refuseBody(request, response);
      upstream.destroy();
    });
  }
  if (chunked || request.headers['content-length'] !== undefined) request.pipe(upstream);
  else upstream.end();
};
