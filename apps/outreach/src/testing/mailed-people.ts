import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventDataOf } from '@tact/contracts';
import {
  ApiKeys,
  type ConsumedEvent,
  Database,
  EventStore,
  type RunningService,
  Vault,
} from '@tact/platform';
import { FollowContactsConsumer } from '../decisions/follow-contacts.consumer.ts';
import { streamOf } from '../ledger/counted-messages.ts';
import { bootOutreach } from './boot-outreach.ts';

const origin = 'http://127.0.0.1:8080';

/** A mail as its reader has it: soft breaks of lines joined, and signs as they were written. */
const readable = (mail: string): string =>
  Buffer.from(
    mail
      .replaceAll('=\r\n', '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

type Form = Readonly<Record<string, string | readonly string[]>>;

const encoded = (form: Form): string => {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    for (const one of typeof value === 'string' ? [value] : value) fields.append(name, one);
  }
  return fields.toString();
};

/** A mail server of the test's own. */
export type MailServer = {
  readonly port: number;
  /** Texts that came whole. */
  readonly mails: readonly string[];
};

type Page = {
  readonly statusCode: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
};

/** What the person does: reads mails, and follows their links in a browser. */
const readingOf = ({ app }: RunningService, server: MailServer) => {
  /** The mails to an address, once so many of them came; the last one is the one that is read. */
  const mailTo = async (email: string, count = 1): Promise<string> => {
    const received = () => server.mails.filter((mail) => mail.includes(`To: ${email}`));
    while (received().length < count) await pause(5);
    return readable(received()[count - 1] ?? '');
  };
  const browse = (
    path: string,
    more: { readonly form?: Form; readonly headers?: object } = {},
  ): Promise<Page> =>
    app.inject({
      method: more.form === undefined ? 'GET' : 'POST',
      url: path,
      headers: {
        accept: 'text/html',
        'accept-language': 'fr',
        ...(more.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...more.headers,
      },
      ...(more.form === undefined ? {} : { payload: encoded(more.form) }),
    });
  return { mailTo, browse };
};

type Opening = { readonly url: string; readonly home: string; readonly server: MailServer };

/** Outreach with a mail server, and people who have an address. */
export const openMailedPeople = async ({ url, home, server }: Opening) => {
  const service: RunningService = await bootOutreach(url, home, {
    SMTP_URL: `smtp://127.0.0.1:${server.port}`,
    MAIL_FROM: 'shop@example.com',
    TACT_PUBLIC_ORIGIN: origin,
  });
  const { app } = service;
  const keyOf = async (tenantId: string) =>
    (await app.get(ApiKeys).create({ tenantId, scopes: ['admin'], label: 'test' })).key;
  const [own, stranger] = [await keyOf('demo'), await keyOf('other')];
  const call = async (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    { payload, key = own }: { readonly payload?: object; readonly key?: string } = {},
  ) => {
    const headers = { authorization: `Bearer ${key}` };
    const body = payload === undefined ? {} : { payload };
    const answer = await app.inject({ method, url: path, headers, ...body });
    return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
  };
  const register = (data: Omit<EventDataOf<'ContactRegistered'>, 'contactId'>) =>
    app.get(Database).transaction(async (tx) => {
      const known = await app.get(Vault).register(tx, 'demo', data.identities);
      if ('conflict' in known) throw new Error('a drawn address is nobody else’s');
      const { contactId } = known;
      const id = randomUUID();
      const event = { id, correlationid: id, tenantid: 'demo', type: 'ContactRegistered' };
      await app.get(FollowContactsConsumer).handle(tx, [
        {
          ...event,
          data: { contactId, ...data },
        } as unknown as ConsumedEvent<'ContactRegistered'>,
      ]);
      return contactId;
    });
  const newPerson = async () => {
    const email = `${randomUUID()}@example.org`;
    const contactId = await register({ identities: { email }, timeZone: 'Europe/Paris' });
    return { email, contactId };
  };
  return {
    ...readingOf(service, server),
    service,
    server,
    own,
    stranger,
    call,
    register,
    newPerson,
    eventsOf: async (contactId: string) =>
      (await app.get(EventStore).load(streamOf(contactId))).events,
    close: () => service.stop(),
  };
};

const linkIn = (mail: string, under: string): string => {
  const [, path] = new RegExp(`${origin}(${under}/[\\w-]{43})`).exec(mail) ?? [];
  if (path === undefined) throw new Error(`There is no link to ${under} in it.`);
  return path;
};
export const confirmationIn = (mail: string): string => linkIn(mail, '/c');
export const wayOutIn = (mail: string): string => linkIn(mail, '/v1/unsubscribe');
export const formIn = (html: string): string => /name="form" value="([^"]+)"/.exec(html)?.[1] ?? '';
