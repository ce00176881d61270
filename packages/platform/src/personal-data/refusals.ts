import type { IdentityKind } from '@tact/contracts';

/** An identity that has no canonical form. Holds the kind only: the value is personal. */
export class InvalidIdentity extends Error {
  override readonly name = 'InvalidIdentity';
  constructor(readonly kind: IdentityKind) {
    super(`The ${kind} has no canonical form. Give a phone in E.164 or with a default country.`);
  }
}

/** A fact was to be sealed for a person whose key is destroyed: drop it and count it, never park it. */
export class SubjectErased extends Error {
  override readonly name = 'SubjectErased';
  constructor(readonly subject: string) {
    super(`Subject ${subject} is erased: no key is ever minted for it again. Drop the fact.`);
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

/** The key file is unusable, or not the one the stored keys were wrapped with. */
export class RootKeyRefused extends Error {
  override readonly name = 'RootKeyRefused';
}
