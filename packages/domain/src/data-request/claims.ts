import { type DataRight, DAY_MS } from '@tact/contracts';
import { rights } from './rights.ts';

/** For so long an erasure waits for an earlier request that nobody has proven: a stranger's must not hold it for ever. */
export const YIELD_MS = DAY_MS;

/** A request about a person, as far as the order among theirs goes. */
export type Claim = {
  readonly requestId: string;
  readonly right: DataRight;
  readonly receivedAt: Date;
  /** Null before it was proven who asks. */
  readonly verifiedAt: Date | null;
  /** Its turn has come. */
  readonly isHeld: boolean;
};

const isBefore = (one: Claim, other: Claim): boolean => {
  const [at, otherAt] = [one.receivedAt.getTime(), other.receivedAt.getTime()];
  return at === otherAt ? one.requestId < other.requestId : at < otherAt;
};

/** Undefined: its turn has come. `true`: it waits for the end of another one. An instant: not before, whatever comes. */
export const waitsFor = (
  asking: Claim,
  others: readonly Claim[],
  now: Date,
): true | Date | undefined => {
  const { verifiedAt } = asking;
  if (verifiedAt === null) return true;
  if (others.some(({ isHeld }) => isHeld)) return true;
  const earlier = others.filter((other) => isBefore(other, asking));
  if (earlier.some((other) => other.verifiedAt !== null)) return true;
  const yieldsUntil = new Date(verifiedAt.getTime() + YIELD_MS);
  // Who asked first to see what is known is not to find nothing, because the erasure was proven first.
  const yields =
    rights[asking.right].effect === 'erases' && earlier.length > 0 && now < yieldsUntil;
  return yields ? yieldsUntil : undefined;
};
