import { HOUR_MS } from '@tact/contracts';
import { expect, test } from '@jest/globals';
import type { StreamAppend } from '../event-store/events.ts';
import { contextFromHeaders, runInContext } from '../observability/context.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { ListLooks } from './list-looks.ts';

const people = Array.from({ length: 120 }, (_, nth) => `ct_${`${nth}`.padStart(32, '0')}`);
const caller = { ...contextFromHeaders({}), tenantId: 'demo', keyId: 'ak_01' };

const open = () => {
  const scene = {
    nowMs: 5 * HOUR_MS,
    failing: false,
    reported: [] as unknown[],
    entered: [] as string[],
  };
  const append = async ({ events }: StreamAppend) => {
    if (scene.failing) throw new Error('the disk is full');
    scene.reported.push(...events.map(({ data }) => data));
    return { version: 1, position: 1, duplicate: false };
  };
  const tx = {
    query: async (_text: string, [, contactIds]: readonly unknown[] = []) => {
      if (scene.failing) throw new Error('the disk is full');
      scene.entered.push(...(contactIds as string[]));
      return [];
    },
  } as unknown as Queryable;
  const looks = new ListLooks(
    {
      append,
      appendIn: (_tx, appends) => Promise.all(appends.map(append)),
      transaction: (work) => work(tx),
    },
    { nowMs: () => scene.nowMs },
  );
  const look = (count: number, tenantId = 'demo', by: object = caller) =>
    runInContext({ ...caller, ...by }, () =>
      looks.note(tenantId, 'block-likelihoods', {
        contactIds: people.slice(0, count),
        items: count,
      }),
    );
  return { looks, scene, look };
};

test('told once an hour, and again each time ten times as many were shown', async () => {
  const { scene, look } = open();
  const shown = (count: number) => ({ list: 'block-likelihoods', shown: count });
  await Promise.all([look(2), look(2)]);
  for (const count of [5, 19]) await look(count);
  expect(scene.reported).toEqual([shown(2)]);
  await look(20);
  await look(120);
  expect(scene.reported).toEqual([shown(2), shown(20)]);
  // Each of them is in the ledger once.
  expect(scene.entered.toSorted()).toEqual(people.toSorted());
  scene.nowMs += HOUR_MS;
  await look(1);
  expect(scene.reported).toEqual([shown(2), shown(20), shown(1)]);
});

test('an empty list is a look too, and the first who are shown are told', async () => {
  const { scene, look } = open();
  for (const count of [0, 0, 3]) await look(count);
  expect(scene.reported).toEqual([0, 3].map((shown) => ({ list: 'block-likelihoods', shown })));
  expect(scene.entered).toEqual(people.slice(0, 3));
});

test('each actor and each tenant is told of, and nobody where nobody acts', async () => {
  const { scene, look, looks } = open();
  await look(1);
  await look(1, 'demo', { actorId: 'st_01' });
  await look(1, 'shop');
  expect(scene.reported).toHaveLength(3);
  await looks.note('demo', 'staff', { contactIds: [], items: 4 });
  expect(scene.reported).toHaveLength(3);
});

test('what is no contact is counted by the most that was shown at once, and an empty look hides no later one', async () => {
  const { scene, looks } = open();
  const staff = (items: number) =>
    runInContext(caller, () => looks.note('demo', 'staff', { contactIds: [], items }));
  for (let nth = 0; nth < 20; nth += 1) await staff(40);
  expect(scene.reported).toEqual([{ list: 'staff', shown: 40 }]);
  scene.nowMs += HOUR_MS;
  scene.reported = [];
  for (const items of [0, 0, 3, 29, 0, 30, 299]) await staff(items);
  expect(scene.reported).toEqual([0, 3, 30].map((shown) => ({ list: 'staff', shown })));
});

test('what cannot be written down is not shown, and is written down when it is asked for again', async () => {
  const { scene, look } = open();
  scene.failing = true;
  await expect(look(2)).rejects.toThrow('the disk is full');
  await expect(look(0)).rejects.toThrow('the disk is full');
  scene.failing = false;
  await look(2);
  expect([scene.reported.length, scene.entered]).toEqual([1, people.slice(0, 2)]);
});
