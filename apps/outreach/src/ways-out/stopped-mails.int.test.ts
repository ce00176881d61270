import { randomUUID } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import { Clock, Database, JobRunner } from '@tact/platform';
import { AddressCards } from '../addresses/address-cards.ts';
import { StoppedAddresses } from '../addresses/stopped-addresses.ts';
import { formIn } from '../testing/mailed-people.ts';
import { proof } from '../testing/policy-facts.ts';
import { readersUnderTest } from '../testing/readers-under-test.ts';
import { HeededStops } from './heeded-stops.ts';
import { TellStop } from './tell-stop.ts';

const { stage, wayOutOf, reader, click, restate, stopsRecorded, withdrawn } = readersUnderTest();

const done = 'Done: these messages stop';
const pageOf = async (path: string) => (await stage().browse(`${path}?lang=en`)).body;
const press = async (path: string) => {
  const form = { form: formIn(await pageOf(path)), act: 'stop' };
  expect((await stage().browse(path, { form })).statusCode).toBe(303);
};
const moveAway = (contactId: string) => restate(contactId, `${contactId}@elsewhere.example`);
const somebodyElseAt = (email: string) =>
  stage().register({ identities: { email, crmId: randomUUID() }, timeZone: 'Europe/Paris' });
/** She agrees again before a witness. */
const reopen = async (contactId: string, channel: string) => {
  const witness = { name: 'Inès', method: 'in-person', evidence: 'book, page 12' };
  const consent = { contactId, purpose: 'marketing', channel, witness };
  const payload = {
    ...consent,
    at: stage().service.app.get(Clock).now().toISOString(),
    proof,
  };
  const { status, body } = await stage().call('POST', '/v1/consents/reopenings', { payload });
  expect([status, body['errors']]).toEqual([201, undefined]);
};

describe('a void way out says that messages are stopped only where they are', () => {
  test.each(['email', 'whatsapp'] as const)(
    'not where the person agreed again since she left (%s)',
    async (channel) => {
      const person = await reader();
      const path = await wayOutOf(person, channel);
      await click(await wayOutOf(person, 'email'));
      await click(path);
      await stopsRecorded();
      await reopen(person.contactId, channel);
      await moveAway(person.contactId);
      const page = await pageOf(path);
      expect(page).not.toContain(done);
      expect(page).toContain('<button');
      const before = (await withdrawn(person.contactId)).length;
      await press(path);
      expect(await pageOf(path)).toContain(done);
      expect(await withdrawn(person.contactId)).toHaveLength(before + 1);
    },
  );

  test('not to whom the address was when another’s link stopped it, but for what was stopped', async () => {
    const person = await reader();
    const other = await somebodyElseAt(person.email);
    const links = {
      email: await wayOutOf(person, 'email'),
      whatsapp: person.path,
      others: await wayOutOf({ contactId: other, email: person.email }),
    };
    await moveAway(other);
    await press(links.others);
    await stopsRecorded();
    await moveAway(person.contactId);
    expect(await pageOf(links.email)).toContain(done);
    expect(await pageOf(links.whatsapp)).not.toContain(done);
    await press(links.whatsapp);
    expect(await pageOf(links.whatsapp)).toContain(done);
  });

  test('nor to whom it was before that', async () => {
    const person = await reader();
    const other = await somebodyElseAt(person.email);
    const path = await wayOutOf(person, 'email');
    const others = await wayOutOf({ contactId: other, email: person.email });
    await moveAway(person.contactId);
    await moveAway(other);
    await press(others);
    expect(await pageOf(path)).not.toContain(done);
  });

  test('nor while somebody who has the address agreed to them again', async () => {
    const person = await reader();
    const other = await somebodyElseAt(person.email);
    await moveAway(person.contactId);
    await press(person.path);
    await stopsRecorded();
    expect(await pageOf(person.path)).toContain(done);
    await reopen(other, 'email');
    expect(await pageOf(person.path)).not.toContain(done);
  });
});

test('what fails halfway goes on: nobody who has the address is forgotten', async () => {
  const person = await reader();
  const others = [await somebodyElseAt(person.email), await somebodyElseAt(person.email)];
  await moveAway(person.contactId);
  const telling = jest.spyOn(stage().service.app.get(TellStop), 'tell');
  telling.mockRejectedValue(new Error('The power went.'));
  expect((await click(person.path)).statusCode).toBe(500);
  expect(await pageOf(person.path)).not.toContain(done);
  telling.mockRestore();
  stage().service.app.get(JobRunner).wake();
  await stopsRecorded();
  for (const contactId of [person.contactId, ...others]) {
    const words = (await withdrawn(contactId)).map(({ data }) => data as { by?: string });
    expect(words.filter(({ by }) => by === 'person')).toHaveLength(1);
  }
  expect(await pageOf(person.path)).toContain(done);
});

test('a stop at an address binds whoever has it before their ledger has heard of it', async () => {
  const { app } = stage().service;
  const person = await reader();
  const address = app.get(AddressCards).refOf('demo', person.email);
  const mails = {
    tenantId: 'demo',
    contactId: person.contactId,
    address,
    purpose: 'marketing',
  } as const;
  const stops = app.get(StoppedAddresses);
  const bound = () => app.get(HeededStops).areStopped(mails);
  expect(await bound()).toBe(false);
  const stop = {
    tenantId: 'demo',
    ref: address,
    purposes: ['marketing'],
    until: stops.hour(),
  } as const;
  await app.get(Database).transaction((tx) => stops.keep(tx, stop));
  expect(await bound()).toBe(true);
  expect(await app.get(HeededStops).areStopped({ ...mails, purpose: 'service-message' })).toBe(
    false,
  );
  // Heard, and reopened by herself: the ledger says what holds.
  await click(await wayOutOf(person, 'email'));
  expect(await bound()).toBe(true);
  await stopsRecorded();
  await reopen(person.contactId, 'email');
  expect(await bound()).toBe(false);
});
