import { expect, test } from '@jest/globals';
import type { Page } from '../event-store/events.ts';
import { sharedReads } from './shared-reads.ts';

const upTo = (head: number) => {
  const pages: Page[] = [];
  const source = {
    read: ({ after, limit }: Page) => {
      pages.push({ after, limit });
      const length = Math.max(0, Math.min(limit, head - after));
      const events = Array.from({ length }, (_, nth) => ({ position: after + nth + 1 }));
      return Promise.resolve({ events, next: events.at(-1)?.position ?? after });
    },
    head: () => Promise.resolve(head),
    waiter: () => ({ next: () => Promise.resolve(), close: () => undefined }),
  };
  return { pages, source, shared: sharedReads(source) };
};

test('who asks at the same time shares one read, and gets what it would have got alone', async () => {
  const { pages, shared, source } = upTo(10);
  const asked = [
    { after: 4, limit: 500 },
    { after: 2, limit: 500 },
    { after: 2, limit: 3 },
    { after: 10, limit: 500 },
  ];
  const answers = await Promise.all(asked.map((page) => shared.read(page)));
  expect(pages[0]).toEqual({ after: 2, limit: 500 });
  expect(answers).toEqual(await Promise.all(asked.map((page) => source.read(page))));
});

test('two that are as far read once', async () => {
  const { pages, shared } = upTo(10);
  await Promise.all([shared.read({ after: 3, limit: 5 }), shared.read({ after: 3, limit: 5 })]);
  expect(pages).toHaveLength(1);
});

test('one that is far ahead does not wait for the one that catches up', async () => {
  const { shared } = upTo(1_000);
  const [behind, ahead] = await Promise.all([
    shared.read({ after: 0, limit: 500 }),
    shared.read({ after: 990, limit: 500 }),
  ]);
  expect([behind.next, ahead.next]).toEqual([500, 1_000]);
});

test('nobody is answered by a read that began before the question', async () => {
  const { pages, shared } = upTo(10);
  await shared.read({ after: 10, limit: 500 });
  await shared.read({ after: 10, limit: 500 });
  expect(pages).toHaveLength(2);
});

test('a failed read fails all who shared it, and the next one runs', async () => {
  let runs = 0;
  const { source } = upTo(1);
  const shared = sharedReads({
    ...source,
    read: (page: Page) => {
      runs += 1;
      return runs === 1 ? Promise.reject(new Error('gone')) : source.read(page);
    },
  });
  const page = { after: 0, limit: 5 };
  const both = await Promise.allSettled([shared.read(page), shared.read(page)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await shared.read(page)).toEqual({ events: [{ position: 1 }], next: 1 });
});
