import { describe, expect, test } from '@jest/globals';
import { MessageRef } from '@tact/contracts';
import * as fc from 'fast-check';
import { References } from './references.ts';
import type { RootKey } from '../root-key/root-key.ts';

const rootKey = (fill: number): Pick<RootKey, 'derive'> => ({
  derive: (purpose) => Buffer.from(purpose.padEnd(32)).fill(fill, 28),
});
const references = new References(rootKey(1));

describe('message references', () => {
  test('have the shape of the contract, and change with wamid, tenant and key', () => {
    const reference = references.messageRef('acme', 'wamid.A');
    expect(MessageRef.parse(reference)).toBe(reference);
    expect(references.messageRef('acme', 'wamid.A')).toBe(reference);
    const others = [
      references.messageRef('acme', 'wamid.B'),
      references.messageRef('other', 'wamid.A'),
      new References(rootKey(2)).messageRef('acme', 'wamid.A'),
    ];
    expect(new Set([reference, ...others]).size).toBe(4);
  });
});

describe('fact ids', () => {
  const parts = fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1 });

  test('are uuids of version 8, the same for the same parts', () => {
    fc.assert(
      fc.property(parts, (fact) => {
        const id = references.factId(...fact);
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(references.factId(...fact)).toBe(id);
      }),
    );
  });

  test('parts do not run into each other', () => {
    expect(references.factId('ab', 'c')).not.toBe(references.factId('a', 'bc'));
    expect(references.factId('1')).not.toBe(references.factId(1));
  });
});
