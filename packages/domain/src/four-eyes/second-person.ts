import { HOUR_MS } from '@tact/contracts';

/** For so long a proposal can be agreed to: after that nobody knows any more what they would agree to. */
const OPEN_MS_MAX = 72 * HOUR_MS;

/** Who proposes or agrees: a person, or whoever holds a key that is nobody's and gives a name. */
export type Eyes = {
  readonly staffId?: string | undefined;
  readonly keyId: string;
  readonly name: string;
};

export type SecondLook = {
  readonly proposedBy: Eyes;
  readonly approvedBy: Eyes;
  /** Whether anybody works for the tenant: a person can then be told from a key. */
  readonly hasStaff: boolean;
  readonly proposedAt: string;
  readonly now: string;
  /** What was proposed, and what the second person saw, where either can change. */
  readonly content?: { readonly proposed: string; readonly seen: string };
};

/** Why a second look is none. */
export type SecondLookRefusal =
  | 'same-person'
  | 'not-a-person'
  | 'same-key'
  | 'same-name'
  | 'expired'
  | 'changed';

/** To its letters alone: with a full stop, a space or an accent more it is the same name. */
const folded = (name: string): string =>
  name.normalize('NFKD').toLowerCase().replaceAll(/\P{L}/gu, '');

const samenessOf = ({ proposedBy, approvedBy }: SecondLook): SecondLookRefusal | undefined => {
  const arePeople = proposedBy.staffId !== undefined && approvedBy.staffId !== undefined;
  if (arePeople) return proposedBy.staffId === approvedBy.staffId ? 'same-person' : undefined;
  // One of the two is known by a key and a name alone: neither may be the other's.
  if (proposedBy.keyId === approvedBy.keyId) return 'same-key';
  const name = folded(approvedBy.name);
  // Of no letter it is nobody's name.
  return name === '' || folded(proposedBy.name) === name ? 'same-name' : undefined;
};

/**
 * Four eyes are two people's. Two keys of one person are one; a key that is nobody's neither proposes nor agrees once the
 * tenant has staff. In a tenant without staff two keys and two names are all there is to tell two people by.
 */
export const secondLookRefusal = (look: SecondLook): SecondLookRefusal | undefined => {
  const arePeople = [look.proposedBy, look.approvedBy].every(
    ({ staffId }) => staffId !== undefined,
  );
  if (look.hasStaff && !arePeople) return 'not-a-person';
  const same = samenessOf(look);
  if (same !== undefined) return same;
  if (Date.parse(look.now) - Date.parse(look.proposedAt) > OPEN_MS_MAX) return 'expired';
  return look.content && look.content.proposed !== look.content.seen ? 'changed' : undefined;
};
