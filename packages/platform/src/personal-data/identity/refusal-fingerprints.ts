import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { type Identities, identityKinds, type IdentityKind } from '@tact/contracts';
import type { RootKey } from '../root-key/root-key.ts';
import type { Subject } from '../keys/subject-keys.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { knowableSpellings } from './canonical-identity.ts';
import type { IdentityIndex, Indexed } from './identity-index.ts';
import type { MergedContacts } from './merged-contacts.ts';
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

type Parts = {
  readonly rootKey: Pick<RootKey, 'derive'>;
  readonly index: Pick<IdentityIndex, 'indexedOf' | 'heldBy'>;
  readonly merged: Pick<MergedContacts, 'idsOf'>;
};

/**
 * Keyed apart from the identity index, so that neither table leads to the other, and not by the person's key: what is
 * remembered of a refusal outlives the person's data. Without the root key it says nothing.
 */
export class RefusalFingerprints {
  readonly #key: KeyObject;
  readonly #index: Parts['index'];
  readonly #merged: Parts['merged'];

  constructor({ rootKey, index, merged }: Parts) {
    this.#key = createSecretKey(rootKey.derive('refusals'));
    this.#index = index;
    this.#merged = merged;
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

  /** Every fingerprint that a refusal of a person may have been kept under, by their identities or by the index's. */
  known(tenantId: string, identities: Identities): readonly Buffer[] {
    const indexed = this.#index.indexedOf(tenantId, identities);
    return [...this.of(tenantId, identities), ...this.#ofIndexed(tenantId, indexed)];
  }

  /**
   * What stands for what a contact is known by, whichever of its ids is asked, without opening any of it: identities of the
   * first kinds, and where there are none, of the others. Nothing of who is erased.
   */
  async ofContact(
    tx: Queryable,
    { tenantId, subject }: Subject,
    kinds: readonly (readonly IdentityKind[])[],
  ): Promise<readonly Buffer[]> {
    const ids = await this.#merged.idsOf(tenantId, subject, tx);
    const held = await this.#index.heldBy(tx, tenantId, ids);
    for (const some of kinds) {
      const named = held.filter(({ kind }) => some.includes(kind));
      if (named.length > 0) return this.#ofIndexed(tenantId, named);
    }
    return [];
  }

  #ofIndexed(tenantId: string, indexed: readonly Indexed[]): readonly Buffer[] {
    return indexed
      .filter(({ kind }) => !isShared(kind))
      .map(({ bidx }) =>
        createHmac('sha256', this.#key).update(`${tenantId}|indexed|`).update(bidx).digest(),
      );
  }
}
