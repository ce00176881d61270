import type { IdentityKind } from '@tact/contracts';

/**
 * `strong`: one person's alone, as long as it is theirs. `weak`: several may have it, so it proposes a person and never
 * joins two: an address is a household's, a parent id all accounts' of one business.
 */
const strengths = {
  phone: 'strong',
  bsuid: 'strong',
  parentBsuid: 'weak',
  email: 'weak',
  crmId: 'strong',
  link: 'strong',
} as const satisfies Record<IdentityKind, 'strong' | 'weak'>;

export const isStrong = (kind: IdentityKind): boolean => strengths[kind] === 'strong';

/** What a record says of its person, and says otherwise when it changes. */
const ofRecords: Record<IdentityKind, boolean> = {
  phone: true,
  bsuid: false,
  parentBsuid: false,
  email: true,
  crmId: false,
  link: false,
};

export const isOfRecords = (kind: IdentityKind): boolean => ofRecords[kind];

/** Of whom something is told: WhatsApp's id cannot be recycled, a phone can. */
export const tellingOrder = [
  'bsuid',
  'phone',
  'crmId',
  'link',
  'email',
  'parentBsuid',
] as const satisfies readonly IdentityKind[];

/** Whose a registration is: a record is somebody's own, what stands in it may have been somebody else's. */
export const namingOrder = [
  'link',
  'crmId',
  'bsuid',
  'phone',
] as const satisfies readonly IdentityKind[];
