import type { IncomingMessage } from 'node:http';
import { hasBody } from '../bodies/has-body.ts';
import { doubtful } from '../refusals/refused-request.ts';

const HEADERS_MAX = 200;

/** All that `connection` may name: what belongs to one connection and frames nothing. */
const connectionOptions = new Set([
  'close',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'http2-settings',
  'proxy-connection',
]);
const httpVersions = new Set(['1.0', '1.1']);
const bodiless = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);
const counted = ['host', 'content-length', 'transfer-encoding', 'expect', 'authorization'] as const;
const hostForm = /^(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

type Framing = Record<(typeof counted)[number], number> & { connection: string[] };

/** Counted in what came over the wire: Node joins or drops what comes twice. */
const framingOf = ({ rawHeaders }: IncomingMessage): Framing => {
  const found: Framing = {
    host: 0,
    'content-length': 0,
    'transfer-encoding': 0,
    expect: 0,
    authorization: 0,
    connection: [],
  };
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (name === 'connection') found.connection.push(rawHeaders[index + 1] ?? '');
    else if (Object.hasOwn(found, name)) found[name as (typeof counted)[number]] += 1;
  }
  return found;
};

const refuseHost = ({ headers: { host }, httpVersion }: IncomingMessage, times: number): void => {
  if (times > 1) throw doubtful('two-hosts', 'Send one host header.');
  // HTTP/1.0 knows none.
  if (host === undefined && httpVersion === '1.0') return;
  if (!hostForm.test(host ?? ''))
    throw doubtful('no-host', 'Send a host header that names a host.');
};

const refuseLengths = ({ headers, httpVersion }: IncomingMessage, framing: Framing): void => {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (framing['content-length'] + framing['transfer-encoding'] > 1) {
    throw doubtful('two-lengths', 'Say the length of the body in one way, once.');
  }
  if (length !== undefined && !/^\d{1,15}$/.test(length)) {
    throw doubtful('length-unreadable', 'content-length is a number of bytes.');
  }
  if (encoding === undefined) return;
  if (encoding.toLowerCase() !== 'chunked' || httpVersion !== '1.1') {
    throw doubtful('transfer-encoding', 'transfer-encoding can only be chunked, in HTTP/1.1.');
  }
};

const refuseConnection = (values: readonly string[]): void => {
  const options = values.flatMap((value) => value.toLowerCase().split(','));
  if (!options.every((option) => option.trim() === '' || connectionOptions.has(option.trim()))) {
    throw doubtful('connection-names', 'connection names a header that is not of the connection.');
  }
};

/** Refuses what two readers of the same bytes could cut into different requests. */
export const refuseFraming = (request: IncomingMessage): void => {
  if (request.rawHeaders.length > 2 * HEADERS_MAX) {
    throw doubtful('too-many-headers', `Send at most ${HEADERS_MAX} headers.`, 431);
  }
  if (!httpVersions.has(request.httpVersion)) {
    throw doubtful('http-version', 'HTTP/1.1 is spoken here.', 505);
  }
  const framing = framingOf(request);
  refuseConnection(framing.connection);
  refuseHost(request, framing.host);
  refuseLengths(request, framing);
  // Node passes the first on; another reader would take the last.
  if (framing.authorization > 1) throw doubtful('two-keys', 'Send one key.');
  if (framing.expect > 0 && request.headers.expect?.toLowerCase() !== '100-continue') {
    throw doubtful('expectation', 'Nothing but 100-continue can be expected.', 417);
  }
  if (bodiless.has(request.method ?? '') && hasBody(request)) {
    throw doubtful('body-unexpected', 'This method takes no body.');
  }
};
