import {
  type Channel,
  type IdentityKind,
  isErased,
  type LiftGround,
  type SuppressionGround,
  type SuppressionScope,
} from '@tact/contracts';
import type { ContactPolicyEvent } from './contact-policy.ts';
import { purposes } from './purposes.ts';

/** What of a person is written to on each channel; none: an address that we do not know people by. */
const addressed: Readonly<Record<Channel, readonly IdentityKind[]>> = {
  whatsapp: ['phone', 'bsuid'],
  email: ['email'],
  phone: ['phone'],
  post: [],
  social: [],
};

/** What is a person's alone: an address may be a household's. */
const ownKinds = ['phone', 'bsuid', 'crmId', 'link'] as const satisfies readonly IdentityKind[];

type Remembered = {
  readonly scope: SuppressionScope;
  readonly channel: Channel;
  readonly at: string;
  /** Of these the ones that the person has, and where there is none of them, of the others. */
  readonly kinds: readonly [readonly IdentityKind[], readonly IdentityKind[]];
};
export type RememberedRefusal = Remembered & { readonly ground: SuppressionGround };
export type RememberedResumption = Remembered & { readonly ground: LiftGround };

/** Where it is about one channel, what is written to there. */
const kindsOn = (channel: Channel): Remembered['kinds'] => [
  addressed[channel].length > 0 ? addressed[channel] : ownKinds,
  [],
];

/**
 * What of the ledger outlives the person's data: an objection, and a withdrawal that is one in meaning (GDPR Art. 21(2): of
 * promotions, by whatever door). It binds whoever is registered with the same number or address again. A withdrawal for
 * another purpose takes nothing from somebody of whom nothing is known: there nothing is done without a new consent.
 */
export const rememberedRefusal = (event: ContactPolicyEvent): RememberedRefusal | undefined => {
  if (event.type === 'ContactSuppressed') {
    const { scope, ground, at } = event.data;
    if (isErased(at)) return undefined;
    return { scope, ground, at, channel: 'whatsapp', kinds: [ownKinds, ['email']] };
  }
  if (event.type !== 'ConsentWithdrawn') return undefined;
  const { purpose, channel, at } = event.data;
  if (!purposes[purpose].isPromotion) return undefined;
  const objection = { scope: 'marketing', ground: 'marketing-preference' } as const;
  return { ...objection, channel, at, kinds: kindsOn(channel) };
};

/**
 * What outlives them of a later word of the person's own, under what the refusal was remembered by: a refusal that no longer
 * stood when the data went binds nobody. What a file or a key says of a consent undoes no refusal.
 */
export const rememberedResumption = (
  event: ContactPolicyEvent,
): RememberedResumption | undefined => {
  if (event.type === 'SuppressionLifted') {
    const { scope, ground, at, channel = 'whatsapp' } = event.data;
    return isErased(at) ? undefined : { scope, ground, at, channel, kinds: [ownKinds, ['email']] };
  }
  if (event.type !== 'ConsentGiven') return undefined;
  const { purpose, channel, at, by, witness } = event.data;
  const isOwn = by === 'person' || witness !== undefined;
  if (!isOwn || !purposes[purpose].isPromotion) return undefined;
  return { scope: 'marketing', ground: 'new-consent', channel, at, kinds: kindsOn(channel) };
};
