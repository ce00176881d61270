import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import type { Channel } from '@tact/contracts';
import { Database } from '@tact/platform';
import { startMailTaker } from '../../../../packages/testing/src/mail-taker.ts';
import { testDatabase, type TestDatabase } from '../../../../packages/testing/src/postgres.ts';
import { AddressCards } from '../addresses/address-cards.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { WaysOut } from '../ways-out/ways-out.ts';
import { formIn, openMailedPeople } from './mailed-people.ts';
import { consentFact, zoneFact } from './policy-facts.ts';

type Stage = Awaited<ReturnType<typeof openMailedPeople>>;

/** Outreach with a mail server of the test file's own, from its first test to its last. */
export const mailedPeopleUnderTest = (opened: (stage: Stage) => Promise<void> = async () => {}) => {
  let database: TestDatabase | undefined;
  let home = '';
  let server: Awaited<ReturnType<typeof startMailTaker>> | undefined;
  let stage: Stage | undefined;
  beforeAll(async () => {
    database = await testDatabase();
    home = await mkdtemp(join(tmpdir(), 'tact-mailed-'));
    server = await startMailTaker();
    stage = await openMailedPeople({ url: database.url, home, server });
    await opened(stage);
  }, 60_000);
  afterAll(async () => {
    await stage?.close();
    await server?.close();
    await database?.drop();
    await rm(home, { recursive: true, force: true });
  });
  return {
    stage: (): Stage => {
      if (stage === undefined) throw new Error('Outreach has not started.');
      return stage;
    },
    beBusy: (isBusy: boolean): void => server?.beBusy(isBusy),
  };
};

type Person = { readonly contactId: string; readonly email: string };
/** RFC 8058: what a mail program sends. */
export const oneClick = { 'List-Unsubscribe': 'One-Click' };

/** What readers of offers do with the ways out of the mails they get. */
export const readersUnderTest = () => {
  const { stage } = mailedPeopleUnderTest();
  /** The way out of a mail about offers, on WhatsApp where nothing else is said. */
  const wayOutOf = async ({ contactId, email }: Person, channel: Channel = 'whatsapp') => {
    const { app } = stage().service;
    const address = app.get(AddressCards).refOf('demo', email);
    const about = {
      tenantId: 'demo',
      contactId,
      purpose: 'marketing',
      channel,
    } as const;
    const url = await app
      .get(Database)
      .transaction((tx) => app.get(WaysOut).linkOf(tx, { ...about, address }));
    return new URL(url).pathname;
  };
  /** Somebody who agreed to them, and the way out. */
  const reader = async () => {
    const person = await stage().newPerson();
    const { contactId } = person;
    const { app } = stage().service;
    await app
      .get(Database)
      .transaction((tx) =>
        app.get(ContactPolicies).runIn(tx, [zoneFact(contactId), consentFact(contactId)]),
      );
    return { ...person, path: await wayOutOf(person) };
  };
  /** As a mail program sends it: no cookie, no origin, nothing that a browser says. */
  const click = (path: string) =>
    stage().browse(path, { form: oneClick, headers: { accept: '*/*' } });
  /** The contact is said to have another address; a link that is sent there. */
  const restate = async (contactId: string, email = 'mine@business.example') => {
    const { app } = stage().service;
    const stated = { tenantId: 'demo', contactId, email };
    await app.get(Database).transaction((tx) => app.get(AddressCards).keep(tx, [stated]));
    return wayOutOf({ contactId, email });
  };
  /** Whoever is to be told of a stop was told. */
  const stopsRecorded = async () => {
    const { queryable } = stage().service.app.get(Database);
    while ((await queryable.query("SELECT FROM jobs WHERE kind = 'tell-stop'")).length > 0) {
      await new Promise((done) => setTimeout(done, 5));
    }
  };
  const withdrawn = async (contactId: string) =>
    (await stage().eventsOf(contactId)).filter(({ type }) => type === 'ConsentWithdrawn');
  const reasons = async (contactId: string) => {
    const payload = { contactId, channel: 'whatsapp', purpose: 'marketing' };
    const { body } = await stage().call('POST', '/v1/contact-decisions', { payload });
    return (body['reasons'] as { reason: string }[]).map(({ reason }) => reason);
  };
  const send = async (path: string, form: Readonly<Record<string, string | readonly string[]>>) => {
    const page = await stage().browse(path);
    return stage().browse(path, { form: { form: formIn(page.body), ...form } });
  };
  return { stage, wayOutOf, reader, click, restate, stopsRecorded, withdrawn, reasons, send };
};
