import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { ContactMerge, ContactSplit, Identities } from '@tact/contracts';
import { EventStore, Vault } from '@tact/platform';
import {
  daysAgo,
  ingestionUnderTest,
  newPhone,
  wamid,
} from '../../../../packages/testing/src/ingestion-under-test.ts';
import { LearnIdentities } from '../whatsapp/learn-identities.ts';
import { WishesOfStrangers } from '../wishes/wishes-of-strangers.ts';

const { call, eventsOf, keyOf, running, webhook } = ingestionUnderTest();

const register = async (identities: Identities) =>
  ((await call('/v1/contacts', { identities })) as { contactId: string }).contactId;

/** A change that is proposed, and how the second member of staff approves it. */
const proposed = async (path: string, asked: object) => {
  const [first, second] = [await keyOf('demo', ['admin']), await keyOf('demo', ['admin'])];
  const post = (key: string, url: string, payload: object) =>
    running().app.inject({
      method: 'POST',
      url,
      headers: { authorization: `Bearer ${key}` },
      payload,
    });
  const who = { reason: 'told on the telephone', proposedBy: 'Inès Martin' };
  const answer = await post(first, path, { ...asked, ...who });
  const body = answer.json<Partial<ContactMerge & ContactSplit>>();
  const id = body.mergeId ?? body.splitId;
  return async () => {
    const done = await post(second, `${path}/${id}/approvals`, { approvedBy: 'Karim Benali' });
    expect(done.statusCode).toBe(200);
    return done.json<ContactMerge & ContactSplit>();
  };
};
const ownerOf = async (identities: Identities) =>
  (await running().app.get(Vault).resolveMany('demo', [identities]))[0];

/** Gives an identity, and does not end before what was asked meanwhile is done, or has waited long enough to be waiting. */
const givenMeanwhile = async (identities: Identities, change: () => Promise<unknown>) => {
  const [store, vault, strangers] = [
    running().app.get(EventStore),
    running().app.get(Vault),
    running().app.get(WishesOfStrangers),
  ];
  let changing: Promise<unknown> = Promise.resolve();
  await store.transaction(async (tx) => {
    await strangers.shareLock(tx, 'demo');
    const { phone } = identities;
    const [subject = ''] = await vault.resolveMany('demo', [{ phone }]);
    changing = change();
    await Promise.race([changing, new Promise((resolve) => setTimeout(resolve, 400))]);
    await vault.addIdentities(tx, { tenantId: 'demo', subject }, identities);
  });
  await changing;
};

test('an identity that is given while its contact is merged goes with the others, and is erased with them', async () => {
  const identities = { phone: `+${newPhone()}`, bsuid: `FR.${wamid()}` };
  const from = await register({ phone: identities.phone });
  const into = await register({ crmId: randomUUID() });
  await givenMeanwhile(identities, await proposed('/v1/contact-merges', { from, into }));
  expect(await ownerOf({ bsuid: identities.bsuid })).toBe(into);
  await running().app.get(Vault).destroySubject({ tenantId: 'demo', subject: into });
  expect(await ownerOf({ bsuid: identities.bsuid })).toBeUndefined();
});

test('an identity that a webhook teaches is of whoever has the known one when it is taught', async () => {
  const [phone, bsuid] = [newPhone(), `FR.${wamid()}`];
  const from = await register({ phone: `+${phone}` });
  const into = await register({ crmId: randomUUID() });
  const approve = await proposed('/v1/contact-merges', { from, into });
  const { app } = running();
  // Merged between the look and the lock.
  const learning = app.get(LearnIdentities);
  const store = app.get(EventStore);
  const identities = { phone: `+${phone}`, bsuid };
  const original = store.transaction.bind(store);
  let isFirst = true;
  store.transaction = async (work) => {
    if (isFirst) {
      isFirst = false;
      await approve();
    }
    return original(work);
  };
  try {
    await learning.learn('demo', [{ about: 'acquaintance', identities, occurredAt: 0 } as never]);
  } finally {
    store.transaction = original;
  }
  expect(await ownerOf({ bsuid })).toBe(into);
  const learnt = (await eventsOf(`contact-${from}`)).map(({ type }) => type);
  expect(learnt).toEqual(['ContactRegistered']);
});

test('a number that changes while its owner is merged changes for the one that stays', async () => {
  const [old, next] = [newPhone(), newPhone()];
  const from = await register({ phone: `+${old}` });
  const into = await register({ crmId: randomUUID() });
  const approve = await proposed('/v1/contact-merges', { from, into });
  const strangers = running().app.get(WishesOfStrangers);
  const original = strangers.shareLock.bind(strangers);
  let isFirst = true;
  strangers.shareLock = async (tx, tenantId) => {
    if (isFirst) {
      isFirst = false;
      await approve();
    }
    return original(tx, tenantId);
  };
  const system = { type: 'user_changed_number', body: 'changed', wa_id: next };
  const message = { id: wamid(), type: 'system', from: old, timestamp: daysAgo(0), system };
  try {
    await webhook({ messages: [message] });
  } finally {
    strangers.shareLock = original;
  }
  expect(await ownerOf({ phone: `+${next}` })).toBe(into);
});

test('what was asked under a name binds whoever the name leaves for, whatever the contact knows of it', async () => {
  const phone = newPhone();
  const crmId = randomUUID();
  const contactId = await register({ phone: `+${phone}`, crmId });
  const { app } = running();
  const strangers = app.get(WishesOfStrangers);
  const received = {
    who: { phone: `+${phone}` },
    identities: { phone: `+${phone}` },
    eventId: randomUUID(),
    wish: { asks: 'stop', scope: 'everything', ground: 'stop-word' },
    channel: 'whatsapp',
    at: '2026-11-20T09:00:00.000Z',
  } as const;
  await app.get(EventStore).transaction((tx) => strangers.keep(tx, 'demo', [received]));
  const split = { contactId, identities: { phone: `+${phone}` } };
  const { into } = await (await proposed('/v1/contact-splits', split))();
  const events = await eventsOf(`contact-${into}`);
  expect(events.map(({ type }) => type)).toEqual(['ContactRegistered', 'RefusalReceived']);
  expect(events[1]?.data).toMatchObject({ contactId: into, scope: 'everything' });
});
