import { expect, test } from '@jest/globals';
import { type DeclaredStore, StoreList } from '@tact/contracts';
import { registryOf, storeLines } from './list-stores.ts';

const store: DeclaredStore = {
  name: 'outreach.address_cards',
  kind: 'table',
  holds: { en: 'An address.', fr: 'Une adresse.' },
  locator: { by: 'contact-id', columns: ['contact_id'] },
  retention: 'contact-details',
  atErasure: { does: 'delete' },
};
const kept: DeclaredStore = {
  ...store,
  name: 'outreach.refusals',
  locator: { by: 'none', because: 'A test.' },
  atErasure: { does: 'keep', ground: 'suppression', because: 'A test.' },
};
const listOf = (service: string, digit: string, items = [store]): StoreList =>
  StoreList.parse({ service, sha256: digit.repeat(64), items });
const lists = [listOf('scoring', 'a', []), listOf('outreach', 'b', [store, kept])];

test('the hash follows from what the services declare, and not from who answers first', () => {
  const { sha256 } = registryOf(lists);
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(registryOf(lists.toReversed()).sha256).toBe(sha256);
  expect(registryOf([lists[0]!, listOf('outreach', 'c')]).sha256).not.toBe(sha256);
  expect(registryOf([listOf('scoring', 'b'), listOf('outreach', 'a')]).sha256).not.toBe(sha256);
});

test('prints where, how, for how long and what an erasure does', () => {
  const [, first, second, , end] = storeLines(registryOf(lists), 'fr');
  expect(first?.split(/ {2,}/)).toEqual([
    'outreach.address_cards',
    'table',
    'contact-id (contact_id)',
    'contact-details',
    'delete',
    'Une adresse.',
  ]);
  expect(second).toMatch(/none +contact-details +keep \(suppression\)/);
  expect(end).toMatch(/^2 stores; SHA-256 of the registry [0-9a-f]{64}$/);
});
