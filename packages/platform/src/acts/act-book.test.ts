import { HOUR_MS } from '@tact/contracts';
import { expect, test } from '@jest/globals';
import type { StreamAppend } from '../event-store/events.ts';
import { contextFromHeaders, runInContext, type WorkContext } from '../observability/context.ts';
import { ActBook } from './act-book.ts';

const contactId = `ct_${'0a'.repeat(16)}`;
const caller = { ...contextFromHeaders({}), tenantId: 'demo', keyId: 'ak_01' };

const open = () => {
  const appends: StreamAppend[] = [];
  const scene = { nowMs: 5 * HOUR_MS, failing: false, appends };
  const append = async (one: StreamAppend) => {
    if (scene.failing) throw new Error('the disk is full');
    appends.push(one);
    return { version: 1, position: 1, duplicate: false };
  };
  const appendMany = (many: readonly StreamAppend[]) => Promise.all(many.map(append));
  const store = {
    append,
    appendMany,
    appendIn: (_tx: unknown, many: readonly StreamAppend[]) => appendMany(many),
  };
  const acts = new ActBook(store, { nowMs: () => scene.nowMs }, async () => ['demo', 'other']);
  const look = (by: WorkContext = caller, part: 'signals' | 'consents' = 'signals') =>
    runInContext(by, () => acts.disclose(contactId, part));
  return { acts, scene, look };
};

test('a look is written down once an hour for each actor and part', async () => {
  const { scene, look } = open();
  await Promise.all([look(), look(), look()]);
  await look();
  expect(scene.appends).toHaveLength(1);
  expect(scene.appends[0]).toMatchObject({
    context: { tenantId: 'demo', subject: contactId },
    events: [{ type: 'ContactDisclosed', data: { contactId, part: 'signals' } }],
  });
  await look(caller, 'consents');
  await look({ ...caller, actorId: 'st_01' });
  expect(scene.appends).toHaveLength(3);
  scene.nowMs += HOUR_MS;
  await look();
  expect(scene.appends).toHaveLength(4);
});

test('what cannot be written down is not shown, and is asked for again', async () => {
  const { scene, look } = open();
  scene.failing = true;
  await expect(look()).rejects.toThrow('the disk is full');
  scene.failing = false;
  await look();
  expect(scene.appends).toHaveLength(1);
});

test('an act is of the tenant whose key it was asked with', async () => {
  const { acts, scene } = open();
  await runInContext(caller, () => acts.perform('rebuild-started', { about: 'data-requests' }));
  expect(scene.appends[0]).toMatchObject({
    context: { tenantId: 'demo', subject: 'demo' },
    events: [{ data: { tenantId: 'demo', act: 'rebuild-started', about: 'data-requests' } }],
  });
  await expect(acts.perform('rebuild-started')).rejects.toThrow('An act is somebody’s');
});

test('an act that is others’ affair too is in the audit of each, once, and in the caller’s own', async () => {
  const { acts, scene } = open();
  const tenants = () => scene.appends.splice(0).map(({ context }) => context.tenantId);
  await runInContext(caller, async () => {
    await acts.perform('rebuild-started', { concerns: 'every' });
    expect(tenants()).toEqual(['demo', 'other']);
    await acts.perform('mail-settled', { concerns: ['other', 'demo', 'other'] });
    expect(tenants()).toEqual(['demo', 'other']);
    await acts.perform('import-mapping-changed', { changed: ['fields'] });
  });
  expect(scene.appends[0]).toMatchObject({ events: [{ data: { changed: ['fields'] } }] });
});
