import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RootKey } from '../personal-data/root-key/root-key.ts';
import { canonicalJson } from './canonical-json.ts';
import { kidOf } from './jws.ts';

export type ListedKey = {
  readonly kid: string;
  readonly service: string;
  readonly x: string;
  readonly madeAt: Date;
};
export type EndorsedKey = ListedKey & { readonly endorsement: Buffer | null };

/** The root key's word that a service of this installation made a key; the database alone can write none. */
export const endorsementOf = (
  rootKey: Pick<RootKey, 'derive'>,
  { kid, service, x, madeAt }: ListedKey,
): Buffer =>
  createHmac('sha256', rootKey.derive('signing-keys'))
    .update(canonicalJson({ kid, service, x, madeAt: madeAt.toISOString() }))
    .digest();

export const isEndorsed = (rootKey: Pick<RootKey, 'derive'>, key: EndorsedKey): boolean => {
  const { endorsement, kid, x } = key;
  const own = endorsementOf(rootKey, key);
  return (
    endorsement?.length === own.length && timingSafeEqual(endorsement, own) && kid === kidOf(x)
  );
};
