import { setTimeout as pause } from 'node:timers/promises';
import { DataRequestAccepted, DataRequestView, type Identities, type Scope } from '@tact/contracts';
import {
  ApiKeys,
  Clock,
  type ConsumedEvent,
  Database,
  EventStore,
  type RunningService,
  Vault,
} from '@tact/platform';
import { startMailTaker } from '../../../../packages/testing/src/mail-taker.ts';
import { FollowAddressesConsumer } from '../addresses/follow-addresses.consumer.ts';
import { FollowProofsConsumer } from '../addresses/follow-proofs.consumer.ts';
import { bootCompliance } from './boot-compliance.ts';

/** Quoted-printable, as far as a sentence needs it. */
const decoded = (mail: string): string =>
  Buffer.from(
    mail
      .replaceAll(/=\r?\n/g, '')
      .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

const tenantId = 'demo';

type Served = RunningService['app'];

const keysOf = (app: Served) => {
  return async (label: string, scopes: readonly Scope[] = ['admin'], whose = tenantId) =>
    (await app.get(ApiKeys).create({ tenantId: whose, scopes: [...scopes], label })).key;
};

const callsOf = (app: Served, own: string) => {
  return async (
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    payload?: object,
    key = own,
  ): Promise<{ readonly status: number; readonly body: unknown }> => {
    const answer = await app.inject({
      method: method as 'POST',
      url,
      headers: { authorization: `Bearer ${key}` },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answer.statusCode, body: answer.json<unknown>() };
  };
};
type Call = ReturnType<typeof callsOf>;

type ContactFact = 'ContactRegistered' | 'ContactUpdated';

/** Puts somebody on file, by whatever names, and tells of more names of them. */
const peopleOf = (app: Served) => {
  const store = app.get(EventStore);
  const known = async (identities: Identities): Promise<string> => {
    const registered = await store.transaction((tx) =>
      app.get(Vault).register(tx, tenantId, identities),
    );
    if (!('contactId' in registered)) throw new Error('the test’s people are nobody else');
    return registered.contactId;
  };
  const tell = (type: ContactFact, data: object): Promise<void> => {
    const events = [{ tenantid: tenantId, type, data } as unknown as ConsumedEvent<ContactFact>];
    return store.transaction((tx) => app.get(FollowAddressesConsumer).handle(tx, events));
  };
  const person = async (identities: Identities): Promise<string> => {
    const contactId = await known(identities);
    await tell('ContactRegistered', { contactId, identities });
    return contactId;
  };
  /** Somebody tells more of whom these name: a form, or a record that says what it replaced. */
  const tellMore = async (identities: Identities, replaced?: readonly string[]): Promise<void> => {
    const contactId = await known(identities);
    await tell('ContactUpdated', { contactId, identities, replaced });
  };
  /** Whoever reads an address clicks in a mail of ours. */
  const click = (email: string): Promise<void> => {
    const data = {
      by: 'person',
      through: app.get(Vault).addressRef(tenantId, email),
      at: app.get(Clock).now().toISOString(),
    };
    const event = { tenantid: tenantId, type: 'ConsentGiven', data } as unknown;
    const events = [event as ConsumedEvent<'ConsentGiven'>];
    return store.transaction((tx) => app.get(FollowProofsConsumer).handle(tx, events));
  };
  return { person, tellMore, click };
};

/** Opens and reads requests. */
const filesOf = (call: Call) => {
  const open = async (right: string, identities: Identities, more: object = {}) => {
    const { status, body } = await call('POST', '/v1/data-requests', {
      right,
      identities,
      ...more,
    });
    if (status !== 202) throw new Error(`not accepted: ${JSON.stringify(body)}`);
    return DataRequestAccepted.parse(body);
  };
  const show = async (requestId: string): Promise<DataRequestView> => {
    for (;;) {
      const { status, body } = await call('GET', `/v1/data-requests/${requestId}`);
      // The list of requests is written behind the events.
      if (status !== 404) return DataRequestView.parse(body);
      await pause(20);
    }
  };
  /** The request, once it stands there. */
  const reaching = async (requestId: string, ...states: string[]): Promise<DataRequestView> => {
    for (;;) {
      const seen = await show(requestId);
      if (states.includes(seen.state)) return seen;
      await pause(20);
    }
  };
  return { open, show, reaching };
};

/** Asks for codes, reads them and tries them. */
const codesOf = (call: Call, mails: readonly string[]) => {
  /** The last of the mails to an address, once so many of them came. */
  const mailTo = async (address: string, count = 1): Promise<string> => {
    for (;;) {
      const own = mails.filter((mail) => mail.includes(`To: ${address}`));
      if (own.length >= count) return decoded(own.at(-1) ?? '');
      await pause(5);
    }
  };
  const verify = (requestId: string, shown: object, key?: string) =>
    call('POST', `/v1/data-requests/${requestId}/verify`, shown, key);
  const ask = (requestId: string, channel = 'email') =>
    call('POST', `/v1/data-requests/${requestId}/codes`, { channel });
  const codeAt = async (requestId: string, address: string, count = 1): Promise<string> => {
    const { status } = await ask(requestId);
    if (status !== 202) throw new Error('no code may be asked for');
    return /\b(\d{4} \d{4})\b/.exec(await mailTo(address, count))?.[1] ?? '';
  };
  return { mailTo, verify, ask, codeAt };
};

/** Compliance with a mail server and people on file, as those who ask and those who answer see it. */
export const requestsUnderTest = async (now: string) => {
  const smtp = await startMailTaker();
  const stage = await bootCompliance({
    environment: {
      TACT_CLOCK: now,
      TACT_PUBLIC_ORIGIN: 'https://tact.example',
      SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
      MAIL_FROM: 'tact@example.org',
    },
  });
  const { app } = stage.service;
  const keyOf = keysOf(app);
  const call = callsOf(app, await keyOf('first'));
  const { queryable } = app.get(Database);
  const clock = app.get(Clock);
  /** Once whatever was scheduled is done. */
  const idle = async (): Promise<void> => {
    for (;;) {
      const busy = await queryable.query(
        `SELECT FROM jobs WHERE state = 'running' OR state = 'waiting' AND run_at <= $1 LIMIT 1`,
        [clock.now()],
      );
      if (busy.length === 0) return;
      await pause(20);
    }
  };
  return {
    app,
    queryable,
    clock,
    smtp,
    keyOf,
    call,
    idle,
    ...peopleOf(app),
    ...filesOf(call),
    ...codesOf(call, smtp.mails),
    stop: async () => {
      await stage.stop();
      await smtp.close();
    },
  };
};
