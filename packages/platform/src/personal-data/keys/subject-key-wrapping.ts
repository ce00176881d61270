import type { KeyObject } from 'node:crypto';
import { openBox, sealBox } from '../boxes.ts';

/** A person's key as a row of `vault.subject_keys` holds it. */
export type WrappedKey = {
  readonly tenantId: string;
  readonly subject: string;
  readonly revision: number;
  readonly epoch: number;
  readonly wrapped: Buffer;
};

type Place = Omit<WrappedKey, 'wrapped'>;

const contextOf = ({ tenantId, subject, revision, epoch }: Place): string =>
  JSON.stringify(['tact subject key', tenantId, subject, revision, epoch]);

/** Bound to its row: moved to another person, revision or epoch it does not open. */
export const wrapSubjectKey = (epochKey: KeyObject, place: Place, plain: Uint8Array): Buffer =>
  sealBox(epochKey, plain, contextOf(place));

/** The 32 bytes of the key; throws when the row was changed. */
export const unwrapSubjectKey = (epochKey: KeyObject, row: WrappedKey): Buffer => {
  try {
    return openBox(epochKey, row.wrapped, contextOf(row));
  } catch (cause) {
    throw new Error(`The key of subject ${row.subject} was changed: restore the vault.`, { cause });
  }
};
