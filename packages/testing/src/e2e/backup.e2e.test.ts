import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AuditPage } from '@tact/contracts';
import { eventually, RunningPlatform } from '../running-platform.ts';
import { scratchFolder } from '../scratch.ts';
import { inventedPerson, registration, statusWebhook, wamidFor } from '../webhook-bodies.ts';

const original = new RunningPlatform();
const restored = new RunningPlatform();
const folder = join(scratchFolder(), 'backup');
const secrets = join(scratchFolder(), 'secrets');
/** Somebody of the corpus who objects to nothing there, and somebody whose webhooks arrive during the backup. */
const known = { phone: '+33639980103' };
const busy = inventedPerson(7001);

beforeAll(() => original.start(), 180_000);
afterAll(async () => {
  await Promise.all([original.stop(), restored.stop()]);
  original.remove();
  restored.remove();
}, 60_000);

const contactOf = async (platform: RunningPlatform, identity: object): Promise<string> => {
  const path = '/v1/contacts/search';
  const { body } = await platform.call<{ contactId: string }>('POST', path, { identity });
  return body.contactId;
};
const likelihoodOf = async (platform: RunningPlatform, contactId: string) => {
  const { origin, apiKey } = platform.credentials;
  const answer = await fetch(`${origin}/v1/contacts/${contactId}/block-likelihood`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  // `asOf.position` counts the facts of everybody, and more of them arrive before the backup.
  const text = (await answer.text()).replace(/"position":\d+/, '');
  return { status: answer.status, text };
};
const signalsOf = async (platform: RunningPlatform, contactId: string): Promise<number> => {
  let count = 0;
  for (let cursor = ''; ;) {
    const path = `/v1/contacts/${contactId}/signals?limit=200${cursor}`;
    const { body } = await platform.call<{ items: unknown[]; nextCursor?: string }>('GET', path);
    count += body.items.length;
    if (body.nextCursor === undefined) return count;
    cursor = `&cursor=${body.nextCursor}`;
  }
};
/** The rows of `tact status`: groups with their lag and what is parked, services with their outbox. */
const quiet = (platform: RunningPlatform) =>
  eventually(
    async () => (await platform.tact(['status'])).output,
    (output) => {
      const groups = [...output.matchAll(/^\S+ +[a-z]+ +(\d+) +(\d+)$/gm)];
      const outboxes = [...output.matchAll(/ ready +\d+ +\d+ +\d+ +(\d+) /g)];
      const counts = [...groups, ...outboxes].flatMap(([, ...found]) => found);
      return groups.length > 5 && outboxes.length === 4 && counts.every((count) => count === '0');
    },
  );
const post = (platform: RunningPlatform, nth: number) => {
  const [wabaId = ''] = platform.credentials.whatsapp.wabaIds;
  const at = Math.floor(Date.now() / 1000) - 86_400 + nth;
  return platform.deliver(
    statusWebhook(wabaId, busy, { wamid: wamidFor(busy), status: 'sent', at }),
  );
};

test('a running platform’s backup, restored into an empty folder, is the platform', async () => {
  expect((await original.tact(['seed', '--fixtures'])).code).toBe(0);
  expect((await original.call('POST', '/v1/contacts', registration(busy))).status).toBe(200);
  await quiet(original);
  const before = await likelihoodOf(original, await contactOf(original, known));
  expect(before.status).toBe(200);

  let acknowledged = 0;
  const state = { arriving: true };
  const arriving = (async () => {
    while (state.arriving) {
      await post(original, acknowledged);
      acknowledged += 1;
    }
  })();
  await eventually(
    () => Promise.resolve(acknowledged),
    (count) => count >= 10,
  );
  const atLeast = acknowledged;
  const taken = await original.tact(['backup', folder, '--keys', secrets]);
  const atMost = acknowledged;
  state.arriving = false;
  await arriving;
  expect([taken.code, taken.output]).toEqual([
    0,
    expect.stringMatching(/✓ \d+ rows of \d+ tables/),
  ]);
  expect(atMost).toBeGreaterThan(atLeast);
  await original.stop();

  const put = await restored.tact(['restore', folder, '--keys', secrets]);
  expect([put.code, put.output]).toEqual([0, expect.stringContaining('erase again whoever')]);
  await restored.start();
  await quiet(restored);
  // A copy of all data, and its return, are in the audit of the tenant whose data it is.
  const acts = async () => {
    const { body } = await restored.call('GET', '/v1/audit-events?actor=system:machine');
    return AuditPage.parse(body).items.map(({ act }) => act);
  };
  await eventually(acts, (all) => all.includes('backup-taken') && all.includes('backup-restored'));
  const contactId = await contactOf(restored, known);
  expect(await likelihoodOf(restored, contactId)).toEqual(before);
  const busyId = await contactOf(restored, { phone: busy.phone });
  const arrived = await signalsOf(restored, busyId);
  expect(arrived).toBeGreaterThanOrEqual(atLeast);
  expect(arrived).toBeLessThanOrEqual(atMost + 1);
  await post(restored, 86_000);
  await quiet(restored);
  expect(await signalsOf(restored, busyId)).toBe(arrived + 1);
  const sweep = await restored.tact(['sweep', '--corpus']);
  expect([sweep.code, sweep.output]).toEqual([0, expect.stringContaining('no trace was found')]);

  // Once more over it: nothing is touched.
  const again = await restored.tact(['restore', folder, '--keys', secrets]);
  expect([again.code, again.output]).toEqual([1, expect.stringContaining('already runs on this')]);
}, 240_000);

test('stopped, it can be backed up too; what it holds is not written over', async () => {
  await restored.stop();
  const second = join(scratchFolder(), 'backup');
  expect((await restored.tact(['backup', second])).code).toBe(0);
  expect(readdirSync(second).toSorted()).toEqual(['data', 'keys']);
  const refused = await restored.tact(['restore', second]);
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.output).toContain('The database is not empty');
}, 60_000);
