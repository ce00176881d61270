import {
  asked,
  get,
  keyedPath,
  message,
  openPath,
  readPath,
  smuggled,
  suiteKey,
  type RawCase,
} from './raw-case.ts';

const refusedTarget = (target: string, status: RawCase['status'] = [400, 404]): RawCase => ({
  name: `GET ${target.length > 60 ? `${target.slice(0, 40)}... (${target.length} bytes)` : JSON.stringify(target).slice(1, -1)}`,
  bytes: [message(`GET ${target} HTTP/1.1`)],
  status,
});

/** Spellings of paths that are no one's, that are operators', or that two readers would read differently. */
const targets: readonly RawCase[] = [
  '/metrics',
  '/internal/caller',
  '/parked-records',
  '/consumer-resets',
  '/v1/operations/sweep',
  '/v1/../metrics',
  '/v1/models/../../metrics',
  '/v1/models/..%2f..%2fmetrics',
  '/v1/models/%2e%2e/%2e%2e/metrics',
  '/v1/models/.%2e/metrics',
  '//metrics',
  '/v1//models',
  '/./metrics',
  '/v1/models/.',
  '/v1/models/..;/metrics',
  '/v1\\models',
  '/v1/models/..\\..\\metrics',
  '/v1/models%00/x',
  '/v1/models%2fx',
  '/v1/models%5cx',
  '/v1/%6dodels',
  '/%6detrics',
  '/metrics%20',
  '/metrics/',
  '/v1/models%252e',
  '/v1/models/%zz',
  '/v1/models/%ff',
  '/v1/models#/metrics',
  '/v1/models?x#y',
  '/v1/models/\u00e9',
  'http://127.0.0.1/metrics',
  `http://x${readPath}`,
  'http://127.0.0.1:1/metrics',
  '*',
  'x:80',
  '@metrics',
  '/INTERNAL/caller',
  '/internal%2Fcaller',
  '/health',
  '/health/ready/',
  '/.%00./metrics',
  '/v1/models/%2e',
  '/v1/models/%2E%2E/metrics',
].map((target) => refusedTarget(target));

const long: readonly RawCase[] = [
  refusedTarget(`/v1/models/${'a'.repeat(4_000)}`, 414),
  refusedTarget(`/v1/models?${'a'.repeat(12_000)}`, 414),
  refusedTarget(`/v1/models?${'a'.repeat(60_000)}`, [431, 400, 0]),
];

const methods: readonly RawCase[] = [
  'QUERY',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'SEARCH',
  'LINK',
  'PURGE',
  'M-SEARCH',
  'LOCK',
].map((method) => ({
  name: `${method}, which nobody serves`,
  bytes: [message(`${method} ${readPath} HTTP/1.1`)],
  status: [400, 405, 501],
}));
const unknown: readonly RawCase[] = [
  ['get in small letters', message(`get ${readPath} HTTP/1.1`)],
  ['a method nobody knows', message(`SMUGGLE ${readPath} HTTP/1.1`)],
  ['HTTP/0.9', `GET ${readPath}\r\n\r\n`],
  ['HTTP/2.0 spelled out', message(`GET ${readPath} HTTP/2.0`)],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a tab in the first line', message(`GET\t${readPath} HTTP/1.1`)],
  ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001'],
].map(([name = '', bytes = '']) => ({
  name,
  bytes: [bytes],
  status: [400, 405, 505, 0],
  closes: true,
}));

const withHeader = (
  name: string,
  lines: readonly string[],
  rest: Partial<RawCase> = {},
): RawCase => ({
  name,
  bytes: [[`GET ${readPath} HTTP/1.1`, ...lines, '', ''].join('\r\n')],
  status: 400,
  closes: true,
  ...rest,
});
const headers: readonly RawCase[] = [
  withHeader('no host', []),
  withHeader('two hosts', ['host: x', 'host: y']),
  withHeader('the same host twice', ['host: x', 'Host: x']),
  withHeader('two keys', ['host: x', 'authorization: Bearer a', 'authorization: Bearer b']),
  withHeader('a host that is a path', ['host: x/../y']),
  withHeader('a host with credentials', ['host: a@b']),
  withHeader('a folded header', ['host: x', 'x-a: b', ' c']),
  withHeader('a bare LF between headers', ['host: x\nx-a: b']),
  withHeader('a bare CR in a value', ['host: x', 'x-a: b\rc']),
  withHeader('NUL in a value', ['host: x', 'x-a: b\u0000c']),
  withHeader('NUL in a name', ['host: x', 'x\u0000a: b']),
  withHeader('a header without a colon', ['host: x', 'x-a']),
  withHeader('a header without a name', ['host: x', ': b']),
  withHeader('an expectation of ours', ['host: x', 'expect: 200-ok'], { status: 417 }),
  withHeader(
    '300 headers',
    ['host: x', ...Array.from({ length: 300 }, (_, nth) => `x-${nth}: 1`)],
    { status: 431 },
  ),
  withHeader('20,000 bytes of headers', ['host: x', `x-a: ${'b'.repeat(20_000)}`], { status: 431 }),
  {
    name: 'two spaces in the first line',
    bytes: [message(`GET  ${readPath} HTTP/1.1`)],
    requests: [asked],
    status: [200, 400],
  },
  {
    name: 'HTTP/1.0 without a host',
    bytes: [`GET ${readPath} HTTP/1.0\r\n\r\n`],
    requests: [asked],
    status: 200,
  },
  {
    name: 'HTTP/1.0 kept alive, a request behind it',
    bytes: [`GET ${readPath} HTTP/1.0\r\nconnection: keep-alive\r\n\r\n${get()}`],
    requests: [asked, asked],
    status: 200,
  },
  {
    name: 'HTTP/1.0 with chunks',
    bytes: [
      `POST ${openPath} HTTP/1.0\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    status: 400,
    closes: true,
  },
  {
    name: 'upgrade to h2c',
    bytes: [
      get([
        'connection: upgrade, http2-settings',
        'upgrade: h2c',
        'http2-settings: AAMAAABkAAQAAP__',
      ]),
    ],
    requests: [asked],
    status: 200,
  },
  {
    name: 'upgrade to a web socket, a request behind it',
    bytes: [
      get([
        'connection: upgrade',
        'upgrade: websocket',
        'sec-websocket-key: eA==',
        'sec-websocket-version: 13',
      ]) + smuggled,
    ],
    requests: [asked],
    status: 200,
    closes: true,
  },
  {
    name: 'a body without a key',
    bytes: [
      message(
        `POST ${keyedPath} HTTP/1.1`,
        ['content-type: application/json', `content-length: ${smuggled.length}`],
        smuggled,
      ),
    ],
    status: 401,
  },
  {
    name: 'a body with a key',
    bytes: [
      message(
        `POST ${keyedPath} HTTP/1.1`,
        [`authorization: ${suiteKey}`, 'content-type: application/json', 'content-length: 2'],
        '{}',
      ),
    ],
    requests: [`POST ${keyedPath}`],
    status: 200,
  },
  {
    name: '100-continue without a key',
    bytes: [
      message(`POST ${keyedPath} HTTP/1.1`, [
        'expect: 100-continue',
        'content-type: application/json',
        'content-length: 2',
      ]),
    ],
    status: 401,
    closes: true,
  },
  {
    name: '100-continue',
    bytes: [
      message(`POST ${openPath} HTTP/1.1`, [
        'expect: 100-continue',
        'content-type: application/json',
        'content-length: 2',
      ]),
      '{}',
    ],
    requests: [`POST ${openPath}`],
    status: 100,
  },
];

export const targetCases: readonly RawCase[] = [
  ...targets,
  ...long,
  ...methods,
  ...unknown,
  ...headers,
];
