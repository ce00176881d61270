import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { securityHeaders } from '@tact/contracts';
import type { Mailbox } from './mailbox.ts';
import { type Language, languageOf, listPage, mailPage, mailPolicy, pagePolicy } from './pages.ts';

type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

const htmlHeaders = 'text/html; charset=utf-8';

const json = (body: unknown): Answer => ({
  status: 200,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(body),
});
const ownPage = (body: string): Answer => ({
  status: 200,
  type: htmlHeaders,
  body,
  headers: { 'content-security-policy': pagePolicy },
});
const foreignPage = (body: string): Answer => ({
  status: 200,
  type: htmlHeaders,
  body,
  headers: { 'content-security-policy': mailPolicy, 'x-frame-options': 'SAMEORIGIN' },
});
const refused = (status: number, slug: string, title: string): Answer => ({
  status,
  type: 'application/problem+json; charset=utf-8',
  body: JSON.stringify({ type: `/problems/${slug}`, title, status }),
});
const missing = refused(404, 'not-found', 'There is nothing here.');

/** A page elsewhere whose name was made to mean this machine sends its own name. */
const isOwnHost = ({ headers }: IncomingMessage): boolean =>
  /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(headers.host ?? '');

const prefersJson = ({ headers: { accept = '' } }: IncomingMessage): boolean =>
  accept.includes('application/json') && !accept.includes('text/html');

const listOf = (mailbox: Mailbox) => ({ items: mailbox.list(), dropped: mailbox.dropped });

type Shown = { readonly wantsJson: boolean; readonly language: Language };

const mailAt = (path: string, mailbox: Mailbox, { wantsJson, language }: Shown): Answer => {
  const [, id = '', form = ''] = /^\/dev\/mail\/(\d{1,15})(\.json|\/html)?$/.exec(path) ?? [];
  const mail = mailbox.find(id);
  if (mail === undefined) return missing;
  if (form === '/html') return mail.html === undefined ? missing : foreignPage(mail.html);
  return form === '.json' || wantsJson ? json(mail) : ownPage(mailPage(mail, language));
};

const answerOf = (request: IncomingMessage, mailbox: Mailbox): Answer => {
  const { method, url = '' } = request;
  const path = url.split('?')[0] ?? '';
  if (!isOwnHost(request)) return missing;
  if (method !== 'GET' && method !== 'HEAD') {
    return refused(405, 'method-not-allowed', 'This method is not served here.');
  }
  const wantsJson = prefersJson(request);
  if (path === '/dev/mail.json') return json(listOf(mailbox));
  const language = languageOf(request.headers['accept-language']);
  if (path !== '/dev/mail') return mailAt(path, mailbox, { wantsJson, language });
  return wantsJson ? json(listOf(mailbox)) : ownPage(listPage(listOf(mailbox), language));
};

const send = (response: ServerResponse, { status, type, body, headers }: Answer): void => {
  response.writeHead(status, {
    ...securityHeaders,
    ...headers,
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    vary: 'accept, accept-language',
  });
  response.end(body);
};

export type Pages = { readonly origin: string; close(): Promise<void> };

/** `/dev/mail` for people and programs, on any free port of this machine. Nothing of it can be changed. */
export const servePages = async (mailbox: Mailbox): Promise<Pages> => {
  const server = createServer((request, response) => send(response, answerOf(request, mailbox)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
