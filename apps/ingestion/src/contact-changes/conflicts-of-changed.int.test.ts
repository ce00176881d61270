import { randomInt, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { IdentityConflictPage } from '@tact/contracts';
import { EventStore } from '@tact/platform';
import { ingestionUnderTest } from '../../../../packages/testing/src/ingestion-under-test.ts';
import { RetryConflicts } from '../contacts/conflicts/retry-conflicts.ts';

const { keyOf, running } = ingestionUnderTest();

type Answer = { contactId: string; conflictId: string; mergeId: string; splitId: string };
const ask = async (method: 'GET' | 'POST', url: string, payload?: object): Promise<Answer> => {
  // A key of its own each time, as of another member of staff.
  const key = await keyOf('demo', ['contacts:write', 'contacts:merge']);
  const headers = { authorization: `Bearer ${key}` };
  const sent = payload === undefined ? { method, url, headers } : { method, url, headers, payload };
  return (await running().app.inject(sent)).json();
};
const register = (identities: object) => ask('POST', '/v1/contacts', { identities });
const idOf = async (identities: object) => (await register(identities)).contactId;
const ownerOf = async (identity: object) =>
  (await ask('POST', '/v1/contacts/search', { identity })).contactId;
const stated = { reason: 'asked the person', proposedBy: 'Inès Martin' };
const approval = { approvedBy: 'Karim Benali' };
const merge = async (from: string, into: string) => {
  const { mergeId } = await ask('POST', '/v1/contact-merges', { from, into, ...stated });
  await ask('POST', `/v1/contact-merges/${mergeId}/approvals`, approval);
};
const split = async (contactId: string, identities: object) => {
  const asked = { contactId, identities, ...stated };
  const { splitId } = await ask('POST', '/v1/contact-splits', asked);
  await ask('POST', `/v1/contact-splits/${splitId}/approvals`, approval);
};
const listed = async (conflictId: string, state = 'open') => {
  const page = await ask('GET', `/v1/identity-conflicts?limit=200&state=${state}`);
  const { items } = IdentityConflictPage.parse(page);
  return items.find((conflict) => conflict.conflictId === conflictId);
};
/** Whether one was due; the runner of the test does nothing by itself. */
const retry = (conflictId: string): Promise<boolean> =>
  running()
    .app.get(EventStore)
    .transaction(async (tx) => {
      const [job] = await tx.query<{ jobId: number }>(
        `DELETE FROM jobs WHERE kind = 'retry-identity-conflict' AND unique_key = $1
         RETURNING job_id AS "jobId"`,
        [conflictId],
      );
      if (job === undefined) return false;
      const due = { ...job, payload: { conflictId }, runAt: new Date(), attempt: 1 };
      await running().app.get(RetryConflicts).handle(tx, [due]);
      return true;
    });

/** Two people, and a row of the second with the number of the first. */
const claimed = async () => {
  const phone = `+3363998${randomInt(10_000).toString().padStart(4, '0')}`;
  const link = { connection: 'hubspot', object: 'contact', id: String(randomInt(1e9)) };
  const ids = [await idOf({ crmId: randomUUID(), phone }), await idOf({ link })] as const;
  const { conflictId } = await register({ link, phone });
  return { phone, link, ids, conflictId };
};

test('a conflict of two contacts is over once they are one', async () => {
  const { phone, link, ids, conflictId } = await claimed();
  expect(await listed(conflictId)).toMatchObject({ contacts: ids });
  await merge(ids[1], ids[0]);
  expect(await listed(conflictId)).toMatchObject({ contacts: [ids[0]] });
  expect(await retry(conflictId)).toBe(true);
  expect(await listed(conflictId)).toBeUndefined();
  expect([await ownerOf({ phone }), await ownerOf({ link })]).toEqual([ids[0], ids[0]]);
});

test('a conflict of a merged contact is the survivor’s, in its place', async () => {
  const { ids, conflictId } = await claimed();
  const survivor = await idOf({ crmId: randomUUID() });
  await merge(ids[1], survivor);
  expect(await listed(conflictId)).toMatchObject({ contacts: [ids[0], survivor] });
  expect(await retry(conflictId)).toBe(true);
  expect(await listed(conflictId)).toMatchObject({
    kind: 'owned-by-another',
    contacts: [ids[0], survivor],
  });
});

test('one that was settled stays so under the survivor', async () => {
  const { phone, link, ids, conflictId } = await claimed();
  const settlement = { settlement: 'ignore', reason: 'asked the person' };
  await ask('POST', `/v1/identity-conflicts/${conflictId}/settlement`, settlement);
  const survivor = await idOf({ crmId: randomUUID() });
  await merge(ids[1], survivor);
  expect(await register({ link, phone })).toMatchObject({ conflictId });
  expect(await listed(conflictId)).toBeUndefined();
  expect(await listed(conflictId, 'settled')).toMatchObject({ contacts: [ids[0], survivor] });
});

test('a conflict with whoever is split is tried again, and is of who has the identity now', async () => {
  const { phone, ids, conflictId } = await claimed();
  await split(ids[0], { phone });
  const left = await ownerOf({ phone });
  expect(left).not.toBe(ids[0]);
  expect(await retry(conflictId)).toBe(true);
  expect(await listed(conflictId)).toMatchObject({ contacts: [left, ids[1]] });
});
