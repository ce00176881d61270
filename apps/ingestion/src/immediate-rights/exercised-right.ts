import {
  Channel,
  type EventDataOf,
  type Identities,
  identityKinds,
  isErased,
  Purpose,
} from '@tact/contracts';
import { purposes, rights, type Wish } from '@tact/domain';

/** An event that tells of a right, as a reader of the log has it. */
export type RightEvent = {
  readonly id: string;
  readonly tenantid: string;
  readonly data: EventDataOf<'ImmediateRightExercised'>;
};

/** What a request asks, as far as it can still be read. */
export type Exercised = {
  readonly event: RightEvent;
  readonly identities: Identities;
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly channel: Channel;
};

/** A person wrote by other ways than ours; what was said there is ended there, or before a witness. */
const writtenChannel: Channel = 'post';

/** Of a request whose own key was destroyed nothing is left to heed. */
export const readable = (event: RightEvent): readonly Exercised[] => {
  const { identities, at, channel } = event.data;
  if (isErased(identities) || isErased(at)) return [];
  const kept = identityKinds.filter((kind) => !isErased(identities[kind]));
  const own = Object.fromEntries(kept.map((kind) => [kind, identities[kind]])) as Identities;
  return [
    { event, identities: own, at, channel: Channel.safeParse(channel).data ?? writtenChannel },
  ];
};

/** Of consents the ones that a request takes back. */
export const withdrawnPurposes = ({ event: { data } }: Exercised): readonly Purpose[] => {
  if (!rights[data.right].isNarrowed) return [];
  return data.purpose === undefined ? Purpose.options : [data.purpose];
};

/** What it asks of us as a word would: also of who is a stranger, and of every contact that it names. */
export const wishOf = (exercised: Exercised): Wish | undefined => {
  const withdrawn = withdrawnPurposes(exercised);
  if (withdrawn.length === 0) return { asks: 'stop', scope: 'everything', ground: 'objection' };
  return withdrawn.some((purpose) => purposes[purpose].isPromotion)
    ? { asks: 'stop', scope: 'marketing', ground: 'marketing-preference' }
    : undefined;
};
