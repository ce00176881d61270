import type { IdentityKind, IdentityRefusal } from '@tact/contracts';
import { sentenceOfRefusal } from './identity/identity-refusals.ts';

/** What is well written and stands for nobody. */
const nobodys: readonly IdentityRefusal[] = ['placeholder', 'fictional'];

/** A text that is no identity. Holds the kind and why, never the value: it is personal. */
export class InvalidIdentity extends Error {
  override readonly name = 'InvalidIdentity';
  constructor(
    readonly kind: IdentityKind,
    readonly reason: IdentityRefusal = 'malformed',
  ) {
    super(sentenceOfRefusal(kind, reason));
  }

  /** It has the shape that the API describes, and is nobody's; what form the id of a link has, its CRM says. */
  get isWellFormed(): boolean {
    return this.kind === 'link' || nobodys.includes(this.reason);
  }
}

/** Facts were to be sealed for persons whose keys are destroyed: drop them and count, never park them. */
export class SubjectErased extends Error {
  override readonly name = 'SubjectErased';
  /** All erased subjects of the batch, so that one retry without them succeeds. */
  constructor(readonly subjects: readonly string[]) {
    super(`Erased, and never given a key again: ${subjects.join(', ')}. Drop their facts.`);
  }
}

/** A sealed event names a key nobody erased and nobody has: keys are older than the events (a restore). */
export class SealingKeyMissing extends Error {
  override readonly name = 'SealingKeyMissing';
  constructor(readonly eventId: string) {
    super(
      `The key of event ${eventId} is unknown, yet not erased. Restore the vault and start again.`,
    );
  }
}

/** A box that does not belong to its event or was changed. Nothing of it has been released. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
  constructor(
    readonly eventId: string,
    options?: ErrorOptions,
  ) {
    super(
      `The sealed fields of event ${eventId} do not open: the event was changed or moved.`,
      options,
    );
  }
}

/** An event that cannot be sealed as it is, e.g. of a type without a schema. */
export class Unsealable extends Error {
  override readonly name = 'Unsealable';
}

/** The root's provider is unusable, or not the one the stored keys were wrapped with. */
export class RootKeyRefused extends Error {
  override readonly name: string = 'RootKeyRefused';
}

/** What an epoch wrapped is asked for after its key was destroyed: by an old backup, most likely. */
export class EpochKeyGone extends RootKeyRefused {
  override readonly name = 'EpochKeyGone';
  constructor(
    readonly epoch: number,
    options?: ErrorOptions,
  ) {
    super(
      `The provider has no key of epoch ${epoch}: it was destroyed, or belongs to another deployment. Use a younger backup of the vault, or restore the provider.`,
      options,
    );
  }
}

/** The provider of the root key was not reached, or refused the request. It may work the next time. */
export class RootProviderFailed extends Error {
  override readonly name = 'RootProviderFailed';
}
