import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { formatId, MINUTE_MS } from '@tact/contracts';
import { Database, JobRunner, StaffRegister, TenantRegister, Tenants } from '@tact/platform';
import { askedPeopleUnderTest } from '../testing/asked-people-under-test.ts';
import { formIn } from '../testing/mailed-people.ts';

const people = askedPeopleUnderTest();
const { stage, beBusy, ask, asked, moveOn, statesOf } = people;

const personAt = (email: string) =>
  stage().register({ identities: { email }, timeZone: 'Europe/Paris' });
const at = (domain: string) => `${randomUUID()}@${domain}`;
/** What the business says of itself from now on. */
const settings = async (details: object) => {
  const { app } = stage().service;
  const register = app.get(TenantRegister);
  await app.get(Database).transaction(async (tx) => {
    const known = await register.find(tx, 'demo');
    const base = known?.details ?? {
      name: 'demo',
      timeZone: 'Europe/Paris',
      languages: ['fr', 'en'],
      lawfulBasis: {},
    };
    const tenant = {
      tenantId: 'demo',
      details: { ...base, ...details },
      secrets: {},
      at: new Date(),
    };
    await (known === undefined ? register.create(tx, tenant) : register.change(tx, tenant));
  });
  app.get(Tenants).forget();
};
const refusedAt = async (email: string) => {
  const { status, body } = await ask(await personAt(email));
  expect(JSON.stringify(body)).not.toContain(email);
  return [status, (body['errors'] as { pointer: string; message: string }[] | undefined)?.[0]];
};
const own = [422, { pointer: '/contactId', message: expect.stringContaining('business itself') }];

test('nobody is asked at an address of the business: what its mails come from, its people’s, what it answers under', async () => {
  const { app } = stage().service;
  expect(await refusedAt(at('example.com'))).toEqual(own);
  const [staff, contact, dpo, answers] = [1, 2, 3, 4].map((nth) => `own-${nth}.example`) as [
    string,
    string,
    string,
    string,
  ];
  for (const domain of [staff, contact, dpo, answers]) {
    expect((await ask(await personAt(at(domain)))).body['decision']).toBe('allowed');
  }
  await app.get(Database).transaction((tx) =>
    app.get(StaffRegister).add(tx, {
      staffId: formatId('staff', Buffer.alloc(16, 7)),
      tenantId: 'demo',
      name: 'Ana',
      email: `ana@${staff}`,
      roles: ['agent'],
      language: 'fr',
    }),
  );
  await settings({
    contact: { email: `hello@${contact}` },
    dpo: { name: 'Noé', email: `noe@${dpo}` },
    replyTo: `answers@${answers}`,
  });
  for (const domain of [staff, contact, dpo, answers, `mail.${staff}`]) {
    expect(await refusedAt(at(domain))).toEqual(own);
  }
  expect((await ask(await personAt(at('reader.example')))).status).toBe(200);
});

test('nor at that of a function, nor at one that another contact has', async () => {
  expect(await refusedAt('info@reader.example')).toEqual([
    422,
    { pointer: '/contactId', message: expect.stringContaining('function') },
  ]);
  const email = at('family.example');
  const member = () =>
    stage().register({ identities: { email, crmId: randomUUID() }, timeZone: 'Europe/Paris' });
  const first = await member();
  await member();
  const { status, body } = await ask(first);
  expect([status, body['errors']]).toMatchObject([
    422,
    [{ message: expect.stringContaining('Several contacts') }],
  ]);
});

test('it is asked again when the person confirms, and when the mail leaves', async () => {
  const domain = 'later.example';
  const known = await personAt(at(domain));
  const { contactId, path } = await asked();
  const form = { form: formIn((await stage().browse(path)).body), act: 'confirm' };
  const { body } = await stage().call('GET', `/v1/contacts/${contactId}/consents`);
  expect(body['items']).toEqual([]);
  beBusy(true);
  await ask(known);
  await settings({ contact: { email: `us@${domain}` }, replyTo: 'us@example.org' });
  beBusy(false);
  expect((await stage().browse(path, { form })).statusCode).toBe(422);
  const types = (await stage().eventsOf(contactId)).map(({ type }) => type);
  expect(types).not.toContain('ConsentGiven');
  while (!(await statesOf(known)).includes('withheld')) {
    moveOn(10 * MINUTE_MS);
    stage().service.app.get(JobRunner).wake();
    await new Promise((done) => setTimeout(done, 20));
  }
});

test('mails name the business beside the address they come from, and answers go to it', async () => {
  await settings({ name: 'Maison, Zélie', replyTo: 'answers@zelie.example' });
  const email = at('reader.example');
  await ask(await personAt(email));
  const mail = await stage().mailTo(email);
  expect(mail).toMatch(
    /^From: .*Zélie.*<shop@example\.com>\r?$|^From: =\?UTF-8\?.*<shop@example\.com>\r?$/m,
  );
  expect(mail).toMatch(/^Reply-To: answers@zelie\.example\r?$/m);
});
