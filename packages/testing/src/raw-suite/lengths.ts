import {
  asked,
  get,
  message,
  openPath,
  post,
  posted,
  smuggled,
  swallowing,
  type RawCase,
} from './raw-case.ts';

const length = (body: string): string => `content-length: ${body.length}`;
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const end = '0\r\n\r\n';
const json = 'content-type: application/json';

const refused = (name: string, bytes: string, status: RawCase['status'] = 400): RawCase => ({
  name,
  bytes: [bytes],
  status,
  closes: true,
});

/** Two lengths, none, or one that two readers read differently. */
const disputed: readonly RawCase[] = [
  refused(
    'CL.TE: length covers a request behind the last chunk',
    post(
      [json, `content-length: ${end.length + smuggled.length}`, 'transfer-encoding: chunked'],
      end + smuggled,
    ),
  ),
  refused(
    'TE.CL: chunks carry a request, length stops before it',
    post([json, 'transfer-encoding: chunked', 'content-length: 4'], chunk(smuggled) + end),
  ),
  refused(
    'CL.0 and TE',
    post([json, 'content-length: 0', 'transfer-encoding: chunked'], chunk('{}') + end),
  ),
  refused(
    'two lengths that differ',
    post([json, 'content-length: 2', `content-length: ${2 + smuggled.length}`], `{}${smuggled}`),
  ),
  refused('two lengths that agree', post([json, 'content-length: 2', 'content-length: 2'], '{}')),
  refused('two lengths in one header', post([json, 'content-length: 2, 2'], '{}')),
  refused('a signed length', post([json, 'content-length: +2'], '{}')),
  refused('a negative length', post([json, 'content-length: -2'], `{}${smuggled}`)),
  refused('a hexadecimal length', post([json, 'content-length: 0x2'], '{}')),
  refused('a length with an exponent', post([json, 'content-length: 2e0'], '{}')),
  refused('a length with a fraction', post([json, 'content-length: 2.0'], '{}')),
  refused('a length with a space inside', post([json, 'content-length: 0 2'], `{}${smuggled}`)),
  refused('an empty length', post([json, 'content-length:'], smuggled)),
  refused(
    'a length that overflows 64 bits',
    post([json, 'content-length: 18446744073709551618'], `{}${smuggled}`),
  ),
  refused('a length of 400 digits', post([json, `content-length: ${'9'.repeat(400)}`], '{}')),
  refused('a length of letters', post([json, 'content-length: two'], '{}')),
  refused(
    'a name with a space before its colon',
    post([json, 'content-length : 2'], `{}${smuggled}`),
  ),
  refused('a length folded over two lines', post([json, 'content-length:\r\n 2'], '{}')),
  refused('a tab before the name of the length', post([json, '\tcontent-length: 2'], '{}')),
];

/** TE.TE: a transfer encoding that one reader takes for chunked and another does not. */
const obfuscated: readonly RawCase[] = [
  'transfer-encoding: xchunked',
  'transfer-encoding: chunked, identity',
  'transfer-encoding: identity, chunked',
  'transfer-encoding: gzip, chunked',
  'transfer-encoding: chunked, chunked',
  'transfer-encoding: chunked;q=1',
  'transfer-encoding: "chunked"',
  'transfer-encoding : chunked',
  'transfer-encoding:\r\n chunked',
  'transfer-encoding: chunked\r\ntransfer-encoding: identity',
  'transfer-encoding: identity\r\ntransfer-encoding: chunked',
  'transfer-encoding: chunked\r\ntransfer-encoding: chunked',
  'transfer-encoding: chunk\u0000ed',
  'transfer-encoding:\u000bchunked',
  'transfer-encoding: identity',
  'transfer-encoding: chunked\nx: y',
  'transfer-encoding:',
  ' transfer-encoding: chunked',
  'x: y\ntransfer-encoding: chunked',
].map((header) =>
  refused(`TE.TE: ${JSON.stringify(header)}`, post([json, header], chunk('{}') + end + smuggled)),
);

/** Chunks that are cut wrongly, and the right ones beside them. */
const chunked = (
  name: string,
  body: string,
  rest: Pick<RawCase, 'status' | 'requests'> & { closes?: true },
): RawCase => ({
  name: `chunks: ${name}`,
  bytes: [post([json, 'transfer-encoding: chunked'], body)],
  ...rest,
});
const broken = { status: [400, 413], closes: true } as const;
const whole = { status: 200, requests: [posted] } as const;
const chunks: readonly RawCase[] = [
  chunked('one and the last', chunk('{}') + end, whole),
  chunked('a name in capitals is the same', chunk('{}') + end, whole),
  chunked('an extension', `2;name=value\r\n{}\r\n${end}`, whole),
  chunked(
    'an extension with a request in quotes',
    `2;a="${'x'.repeat(20)}"\r\n{}\r\n${end}`,
    whole,
  ),
  chunked(
    'a length among the trailers',
    `${chunk('{}')}0\r\ncontent-length: 99\r\nx-forwarded-for: 6.6.6.6\r\n\r\n`,
    { status: [200, 400], requests: [posted] },
  ),
  chunked('trailers of no weight', `${chunk('{}')}0\r\nx-forwarded-for: 6.6.6.6\r\n\r\n`, whole),
  chunked('a trailer that frames', `${chunk('{}')}0\r\ntransfer-encoding: chunked\r\n\r\n`, {
    status: [200, 400],
    requests: [posted],
  }),
  chunked('a size that overflows 64 bits', `10000000000000002\r\n{}\r\n${end}${smuggled}`, broken),
  chunked('a negative size', `-2\r\n{}\r\n${end}${smuggled}`, broken),
  chunked('a size with 0x', `0x2\r\n{}\r\n${end}`, broken),
  chunked('a size with a space before it', ` 2\r\n{}\r\n${end}`, broken),
  chunked('no size', `\r\n{}\r\n${end}`, broken),
  chunked('more bytes than their size', `1\r\n{}\r\n${end}${smuggled}`, broken),
  chunked('a line end of LF alone', `2\n{}\n0\n\n${smuggled}`, broken),
  chunked('CR alone after the size', `2\r{}\r\n${end}`, broken),
  chunked('extensions without end', `2;${'x'.repeat(40_000)}\r\n{}\r\n${end}`, broken),
];

/** The issue's own attack: a header that the connection header makes vanish on the way. */
const vanishing = (['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD'] as const).flatMap((method) =>
  ['content-length', 'transfer-encoding', 'close, content-length', 'Content-Length , x'].map(
    (names) =>
      refused(
        `connection: ${names} on ${method}`,
        message(
          `${method} ${openPath} HTTP/1.1`,
          [json, `connection: ${names}`, length(swallowing)],
          swallowing,
        ),
      ),
  ),
);
const named: readonly RawCase[] = [
  'host',
  'authorization',
  'content-type',
  'cookie',
  'x-forwarded-for',
  'x-hub-signature-256',
].map((name) => refused(`connection names ${name}`, get([`connection: keep-alive, ${name}`])));

/** Every method that takes no body, with every form of one. */
const bodies: readonly RawCase[] = (['GET', 'HEAD', 'DELETE', 'OPTIONS'] as const).flatMap(
  (method) => {
    const line = `${method} /v1/models HTTP/1.1`;
    return [
      refused(`${method} with a length`, message(line, [json, length(smuggled)], smuggled)),
      refused(
        `${method} with chunks`,
        message(line, [json, 'transfer-encoding: chunked'], chunk(smuggled) + end),
      ),
      {
        name: `${method} with a length of none`,
        bytes: [message(line, ['content-length: 0'])],
        requests: [`${method} /v1/models`],
        status: 200,
      },
    ];
  },
);

const honest: readonly RawCase[] = [
  {
    name: 'a request behind a body of its length',
    bytes: [post([json, 'content-length: 2'], `{}${get()}`)],
    requests: [posted, asked],
    status: 200,
  },
  { name: 'two requests at once', bytes: [get() + get()], requests: [asked, asked], status: 200 },
  {
    name: 'a request in two halves',
    bytes: [get().slice(0, 12), get().slice(12)],
    requests: [asked],
    status: 200,
  },
  {
    name: 'a body in two halves',
    bytes: [post([json, 'content-length: 2'], '{'), '}'],
    requests: [posted],
    status: 200,
  },
  {
    name: 'a half request behind a whole one',
    bytes: [get() + smuggled.slice(0, -2)],
    requests: [asked],
    status: 200,
  },
  {
    name: 'a request behind one that closes',
    bytes: [get(['connection: close']) + smuggled],
    requests: [asked],
    status: 200,
  },
  { name: 'POST without a body', bytes: [post()], requests: [posted], status: 200 },
];

export const lengthCases: readonly RawCase[] = [
  ...disputed,
  ...obfuscated,
  ...chunks,
  ...vanishing,
  ...named,
  ...bodies,
  ...honest,
];
