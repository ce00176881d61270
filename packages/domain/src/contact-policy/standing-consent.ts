import type { Channel, Purpose } from '@tact/contracts';
import {
  consentKey,
  type ConsentEntry,
  type ContactPolicyState,
  type Suppressions,
} from './policy-state.ts';

const isAfter = (one: string | undefined, other: string): boolean =>
  Date.parse(String(one)) > Date.parse(other);

/** Whether the person's own withdrawal stands: only she reopens, on a page of ours, before a witness or by a word there. */
export const hasLeft = (
  {
    leftAt,
    confirmedAt,
    witnessedAt,
  }: Pick<ConsentEntry, 'leftAt' | 'confirmedAt' | 'witnessedAt'>,
  suppressions: Suppressions,
  channel: Channel,
): boolean => {
  if (leftAt === undefined) return false;
  const words = Object.values(suppressions).map(({ liftedOn }) => liftedOn[channel]);
  return ![confirmedAt, witnessedAt, ...words].some((at) => isAfter(at, leftAt));
};

/** What stands of a consent, the one answer: whatever a file or a key says since, what the person took back is withdrawn. */
export const standingConsent = (
  { consents, suppressions }: Pick<ContactPolicyState, 'consents' | 'suppressions'>,
  { purpose, channel }: { readonly purpose: Purpose; readonly channel: Channel },
): ConsentEntry | undefined => {
  const known = consents[consentKey(purpose, channel)];
  if (known?.state !== 'given' || !hasLeft(known, suppressions, channel)) return known;
  const { leftAt = known.at, through: _, ...entry } = known;
  return { ...entry, leftAt, state: 'withdrawn', at: leftAt };
};
