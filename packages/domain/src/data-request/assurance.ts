import { type DataRight, DAY_MS, type IdentityProof } from '@tact/contracts';
import { assertNever } from '../signals/assert-never.ts';
import { rights } from './rights.ts';

/** After so long a number or an address may have another owner, whom a code would reach. */
const FRESH_MS = 90 * DAY_MS;

/** Two of one kind are one proof: the same door opened twice. */
export const kindOfProof = (proof: IdentityProof): string =>
  proof.kind === 'code' ? `code-${proof.channel}` : `evidence-${proof.method}`;

export type Shown = {
  readonly right: DataRight;
  /** Kinds of the proofs that were accepted. */
  readonly proofs: readonly string[];
  /** When the person last proved control of what is on file, by anything but a code of a request. */
  readonly verifiedAt: Date | undefined;
  readonly now: Date;
};

/** How many different proofs the right takes. */
const neededFor = ({ right, verifiedAt, now }: Shown): number => {
  const { assurance } = rights[right];
  switch (assurance) {
    case 'channel':
      return 0;
    case 'code':
      return 1;
    case 'code-and-fresh': {
      const isFresh = verifiedAt !== undefined && now.getTime() - verifiedAt.getTime() <= FRESH_MS;
      return isFresh ? 1 : 2;
    }
    default:
      return assertNever(assurance);
  }
};

/** How many proofs are lacking still; none: the right may be exercised. */
export const lackingProofs = (shown: Shown): number =>
  Math.max(0, neededFor(shown) - new Set(shown.proofs).size);
