import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { type Identities, identityKinds, type IdentityKind } from '@tact/contracts';
import type { RootKey } from '../root-key/root-key.ts';
import { knowableSpellings } from './canonical-identity.ts';
import { phoneVariants } from './renumberings.ts';

/** Shorter ones are codes that many have. */
const DIGITS_MIN = 7;

/** A parent id is shared by all accounts of one business: a refusal of one person says nothing of the others. */
const isShared = (kind: IdentityKind): boolean => kind === 'parentBsuid';

/**
 * A number that is none to the numbering plans of today is somebody's account all the same: it is remembered by its bare
 * digits, the way it is written once the plans know it.
 */
const bareNumber = (phone: string | undefined): readonly string[] => {
  // Written the national way it could be read as another country's.
  const digits = phone?.startsWith('+') ? phone.replaceAll(/\D/g, '') : '';
  return digits.length < DIGITS_MIN ? [] : phoneVariants(`+${digits}`);
};

type Indexed = { readonly kind: IdentityKind; readonly bidx: Buffer };

/**
 * Keyed apart from the identity index, so that neither table leads to the other, and not by the person's key: what is
 * remembered of a refusal outlives the person's data. Without the root key it says nothing.
 */
export class RefusalFingerprints {
  readonly #key: KeyObject;

  constructor(rootKey: Pick<RootKey, 'derive'>) {
    this.#key = createSecretKey(rootKey.derive('refusals'));
  }

  /** 32 bytes for each spelling of each identity; of those without a canonical form only for phones. */
  of(tenantId: string, identities: Identities): readonly Buffer[] {
    const known = knowableSpellings(identities);
    return identityKinds.flatMap((kind) => {
      if (isShared(kind)) return [];
      const spellings = known[kind] ?? (kind === 'phone' ? bareNumber(identities.phone) : []);
      return spellings.map((spelling) =>
        createHmac('sha256', this.#key).update(`${tenantId}|${kind}|${spelling}`).digest(),
      );
    });
  }

  /** The same for what stands for identities in the index, where they themselves are not at hand. */
  ofIndexed(tenantId: string, indexed: readonly Indexed[]): readonly Buffer[] {
    return indexed
      .filter(({ kind }) => !isShared(kind))
      .map(({ bidx }) =>
        createHmac('sha256', this.#key).update(`${tenantId}|indexed|`).update(bidx).digest(),
      );
  }
}
