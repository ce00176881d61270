import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { type Identities, identityKinds, type IdentityKind } from '@tact/contracts';
import type { RootKey } from '../root-key/root-key.ts';
import { knowableSpellings } from './canonical-identity.ts';

/** A parent id is shared by all accounts of one business: a refusal of one person says nothing of the others. */
const isShared = (kind: IdentityKind): boolean => kind === 'parentBsuid';

/**
 * Keyed apart from the identity index, so that neither table leads to the other, and not by the person's key: what is
 * remembered of a refusal outlives the person's data. Without the root key it says nothing.
 */
export class RefusalFingerprints {
  readonly #key: KeyObject;

  constructor(rootKey: Pick<RootKey, 'derive'>) {
    this.#key = createSecretKey(rootKey.derive('refusals'));
  }

  /** 32 bytes for each spelling of each identity that has a canonical form. */
  of(tenantId: string, identities: Identities): readonly Buffer[] {
    const known = knowableSpellings(identities);
    return identityKinds.flatMap((kind) => {
      if (isShared(kind)) return [];
      return (known[kind] ?? []).map((spelling) =>
        createHmac('sha256', this.#key).update(`${tenantId}|${kind}|${spelling}`).digest(),
      );
    });
  }
}
