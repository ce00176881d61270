import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { KeyPurpose, RootKey } from '@tact/platform';

/** Where an adapter keeps its keys; each call of `provider` starts with none. */
export type RootKeyProvider = {
  /** The same deployment, as one more process would open it. */
  readonly open: () => Promise<RootKey>;
  /** Another deployment, which must not open what the first one wrapped. */
  readonly other: () => Promise<RootKey>;
};

const purposes = [
  'identity-index',
  'message-refs',
  'event-ids',
  'address-refs',
  'fence',
  'idempotency',
  'root-check',
] as const satisfies readonly KeyPurpose[];

const derivedBy = (key: RootKey): string[] =>
  purposes.map((purpose) => Buffer.from(key.derive(purpose)).toString('hex'));

/** What every home of the root key must do; run by each adapter's own test. */
export const rootKeyContract = (name: string, provider: () => Promise<RootKeyProvider>): void => {
  describe(`the root key in ${name}`, () => {
    test('every process derives the same keys, one per purpose, and another deployment others', async () => {
      const { open, other } = await provider();
      const opened = await Promise.all(Array.from({ length: 8 }, open));
      const derived = opened.map(derivedBy);
      expect(new Set(derived.map((keys) => keys.join())).size).toBe(1);
      expect(new Set(derived.flat()).size).toBe(purposes.length);
      expect(new Set([...derived.flat(), ...derivedBy(await other())]).size).toBe(
        2 * purposes.length,
      );
    });

    test('processes that race for the first key of an epoch open what each other wrapped', async () => {
      const { open } = await provider();
      const opened = await Promise.all(Array.from({ length: 8 }, open));
      const keys = opened.map(() => randomBytes(32));
      const wrapped = await Promise.all(
        opened.map((one, nth) => one.wrapForEpoch(688, keys[nth] as Buffer)),
      );
      const reader = await open();
      const read = await Promise.all(wrapped.map((one) => reader.unwrapForEpoch(688, one)));
      expect(read.map((one) => Buffer.from(one).toString('hex'))).toEqual(
        keys.map((key) => key.toString('hex')),
      );
      for (const [nth, one] of wrapped.entries()) {
        expect(Buffer.from(one).includes(keys[nth] as Buffer)).toBe(false);
      }
    });

    test('a wrapped key opens for its epoch, unchanged and in its deployment only', async () => {
      const { open, other } = await provider();
      const [key, foreign] = [await open(), await other()];
      const wrapped = await key.wrapForEpoch(688, randomBytes(32));
      for (const one of [key, foreign]) await one.wrapForEpoch(689, randomBytes(32));
      await foreign.wrapForEpoch(688, randomBytes(32));
      const changed = Buffer.from(wrapped);
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
      const refused = { name: 'RootKeyRefused' };
      await expect(key.unwrapForEpoch(689, wrapped)).rejects.toMatchObject(refused);
      await expect(key.unwrapForEpoch(688, changed)).rejects.toMatchObject(refused);
      await expect(foreign.unwrapForEpoch(688, wrapped)).rejects.toMatchObject(refused);
    });

    test('destroying an epoch makes every copy of what it wrapped noise, for every process', async () => {
      const { open } = await provider();
      const [one, two] = [await open(), await open()];
      const plain = randomBytes(32);
      const wrapped = await one.wrapForEpoch(688, plain);
      const younger = await one.wrapForEpoch(689, plain);
      await two.destroyEpoch(688);
      for (const key of [one, two, await open()]) {
        await expect(key.unwrapForEpoch(688, wrapped)).rejects.toMatchObject({
          name: 'EpochKeyGone',
          epoch: 688,
        });
        expect(Buffer.from(await key.unwrapForEpoch(689, younger))).toEqual(plain);
      }
    });

    test('destroying may be repeated, raced, and asked for an epoch without a key', async () => {
      const { open } = await provider();
      const key = await open();
      await key.wrapForEpoch(688, randomBytes(32));
      await Promise.all([688, 688, 1].map((epoch) => key.destroyEpoch(epoch)));
      await key.destroyEpoch(688);
    });

    test('what the root itself wraps opens in its context and its deployment only', async () => {
      const { open, other } = await provider();
      const [key, foreign] = [await open(), await other()];
      const plain = randomBytes(32);
      const wrapped = await key.wrap(plain, 'blob 1');
      expect(Buffer.from(await (await open()).unwrap(wrapped, 'blob 1'))).toEqual(plain);
      const refused = { name: 'RootKeyRefused' };
      await expect(key.unwrap(wrapped, 'blob 2')).rejects.toMatchObject(refused);
      await expect(foreign.unwrap(wrapped, 'blob 1')).rejects.toMatchObject(refused);
    });

    test('what this root did not wrap is refused in a sentence without the bytes', async () => {
      const key = await (await provider()).open();
      const bytes = randomBytes(60);
      const refusal = await key
        .unwrap(bytes, 'tact key epoch 688')
        .catch((error: unknown) => error);
      expect(refusal).toMatchObject({ name: 'RootKeyRefused' });
      expect(String(refusal)).not.toContain(bytes.toString('base64'));
    });
  });
};
