import { describe, expect, test } from '@jest/globals';
import { MINUTE_MS } from '@tact/contracts';
import { Clock, Database, JobRunner, RestrictedContacts, Vault } from '@tact/platform';
import { AddressCards } from '../addresses/address-cards.ts';
import { StoppedAddresses } from '../addresses/stopped-addresses.ts';
import { askedPeopleUnderTest } from '../testing/asked-people-under-test.ts';
import { confirmationIn, formIn } from '../testing/mailed-people.ts';

const people = askedPeopleUnderTest();
const { stage, beBusy, about, ask, asked, confirm, moveOn, restate, withdraw, isVoid, statesOf } =
  people;

describe('a confirmation is of whoever reads the address that was asked', () => {
  const decided = async (contactId: string) => {
    const payload = { contactId, ...about };
    const { body } = await stage().call('POST', '/v1/contact-decisions', { payload });
    return (body['reasons'] as { reason: string }[]).map(({ reason }) => reason);
  };

  test('a link to another address than the contact’s confirms nothing', async () => {
    const { contactId, path } = await asked();
    const form = { form: formIn((await stage().browse(path)).body), act: 'confirm' };
    await restate(contactId);
    expect(isVoid(await stage().browse(path))).toBe(true);
    expect(isVoid(await stage().browse(path, { form }))).toBe(true);
    expect(await statesOf(contactId)).toHaveLength(1);
    const types = (await stage().eventsOf(contactId)).map(({ type }) => type);
    expect(types).not.toContain('ConsentGiven');
  });

  test('what was confirmed counts while the address is the contact’s', async () => {
    const { contactId, email, path } = await asked();
    await confirm(path);
    expect(await decided(contactId)).toEqual(['allowed']);
    await restate(contactId);
    expect(await decided(contactId)).toEqual(['consent-missing']);
    await restate(contactId, email);
    expect(await decided(contactId)).toEqual(['allowed']);
  });
});

test('what was confirmed by a link is taken back by it, whatever became of the address', async () => {
  const { contactId, path } = await asked();
  await confirm(path);
  await restate(contactId);
  const page = await stage().browse(path);
  expect([page.statusCode, page.body]).toEqual([404, expect.stringContaining('value="withdraw"')]);
  expect(page.body).not.toContain('Votre accord');
  const form = { form: formIn(page.body), act: 'withdraw' };
  const again = { form: formIn(page.body), act: 'confirm' };
  expect((await stage().browse(path, { form: { act: 'withdraw' } })).statusCode).toBe(403);
  expect((await stage().browse(path, { form })).statusCode).toBe(303);
  expect((await stage().browse(path)).body).toContain('C’est noté : ces messages s’arrêtent');
  expect((await stage().browse(path, { form: again })).statusCode).toBe(404);
  const words = (await stage().eventsOf(contactId)).map(({ type }) => type);
  expect(words.filter((type) => type.startsWith('Consent'))).toEqual([
    'ConsentGiven',
    'ConsentWithdrawn',
  ]);
});

/** As somebody stops it who had it, and before anybody's ledger has heard of it. */
const stopAddressOf = async (contactId: string) => {
  const { app } = stage().service;
  const stops = app.get(StoppedAddresses);
  await app.get(Database).transaction(async (tx) => {
    const [ref = ''] = await app.get(AddressCards).refsOf('demo', contactId, tx);
    const purposes = ['marketing'] as const;
    await stops.keep(tx, { tenantId: 'demo', ref, purposes, until: stops.hour() });
  });
};

/** Somebody asked that nothing of theirs is used. */
const restrict = (contactId: string) => {
  const { app } = stage().service;
  const change = { tenantid: 'demo', type: 'ContactRestricted', data: { contactId } } as const;
  return app.get(Database).transaction((tx) => app.get(RestrictedContacts).record(tx, [change]));
};

/** Somebody else who turns out to be the same person. */
const mergedInto = async (into: string): Promise<string> => {
  const { app } = stage().service;
  const vault = app.get(Vault);
  const { contactId: from } = await stage().newPerson();
  await app.get(Database).transaction(async (tx) => {
    await vault.mergeContacts(tx, { tenantId: 'demo', from, into });
    await vault.settleTakeOver(tx, [into], from);
  });
  return from;
};

test('nobody is asked at an address at which mails of the purpose were stopped', async () => {
  const { contactId } = await stage().newPerson();
  await stopAddressOf(contactId);
  const { body } = await ask(contactId);
  expect(body).toMatchObject({ decision: 'denied', reasons: [{ reason: 'consent-withdrawn' }] });
});

describe('a mail that waits', () => {
  test.each<[string, (contactId: string) => Promise<unknown>]>([
    ['the person refused meanwhile', withdraw],
    ['the address is another meanwhile', (contactId) => restate(contactId)],
    ['mails were stopped at the address meanwhile, by whoever read it', stopAddressOf],
    ['nothing of hers may be used meanwhile', restrict],
    [
      'nothing of whoever became part of her may be used meanwhile',
      async (contactId) => restrict(await mergedInto(contactId)),
    ],
  ])('does not leave when %s', async (_, happen) => {
    beBusy(true);
    const { contactId } = await stage().newPerson();
    await ask(contactId);
    await happen(contactId);
    beBusy(false);
    const before = stage().server.mails.length;
    while (!(await statesOf(contactId)).includes('withheld')) {
      moveOn(10 * MINUTE_MS);
      stage().service.app.get(JobRunner).wake();
      await new Promise((done) => setTimeout(done, 20));
    }
    expect(stage().server.mails.slice(before).join('')).not.toContain(contactId);
  });

  test('waits for the end of quiet hours', async () => {
    beBusy(true);
    const { contactId, email } = await stage().newPerson();
    await ask(contactId);
    const nowMs = stage().service.app.get(Clock).now().getTime();
    const wall = (ms: number) =>
      new Date(ms).toLocaleTimeString('fr-FR', {
        timeZone: 'Europe/Paris',
        hour: '2-digit',
        minute: '2-digit',
      });
    const quietHours = [{ from: wall(nowMs - 60 * MINUTE_MS), to: wall(nowMs + 180 * MINUTE_MS) }];
    await stage().call('PUT', `/v1/contacts/${contactId}/preferences`, { payload: { quietHours } });
    beBusy(false);
    const before = stage().server.mails.length;
    moveOn(60 * MINUTE_MS);
    const looked = async () => {
      const { queryable } = stage().service.app.get(Database);
      const [job] = await queryable.query<{ runAt: Date }>(
        `SELECT run_at AS "runAt" FROM jobs WHERE payload ->> 'mailId' =
           (SELECT mail_id::text FROM outgoing_mails WHERE subject = $1)`,
        [contactId],
      );
      return (job?.runAt.getTime() ?? 0) > nowMs + 170 * MINUTE_MS;
    };
    stage().service.app.get(JobRunner).wake();
    while (!(await looked())) await new Promise((done) => setTimeout(done, 5));
    expect(await statesOf(contactId)).toEqual(['waiting']);
    expect(stage().server.mails.slice(before).join('')).not.toContain(email);
    moveOn(180 * MINUTE_MS);
    stage().service.app.get(JobRunner).wake();
    expect(await stage().mailTo(email)).toContain(`To: ${email}`);
  });

  test('that arrived before the person refused leads nowhere any more', async () => {
    const { contactId, email, path } = await asked();
    const form = { form: formIn((await stage().browse(path)).body), act: 'confirm' };
    await withdraw(contactId);
    expect(isVoid(await stage().browse(path, { form }))).toBe(true);
    expect(isVoid(await stage().browse(path))).toBe(true);
    const types = (await stage().eventsOf(contactId)).map(({ type }) => type);
    expect(types).not.toContain('ConsentGiven');
    // Asked anew, she may agree again.
    moveOn(11 * MINUTE_MS);
    await ask(contactId);
    const mail = await stage().mailTo(email, 2);
    expect((await confirm(confirmationIn(mail))).statusCode).toBe(303);
  });
});
