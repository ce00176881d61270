import type { Channel, ConsentState, EventDataOf, EventType, Purpose } from '@tact/contracts';
import { channels } from '../contact-policy/channels.ts';
import { purposes } from '../contact-policy/purposes.ts';
import { assertNever } from '../signals/assert-never.ts';

type Named = { readonly contactId: string };

/** One word that decides whether a person may be analysed; `at` is RFC 3339 UTC. */
export type AnalysisWord =
  | (Named & { readonly about: 'consent'; readonly state: ConsentState; readonly at: string })
  | (Named & { readonly about: 'suppression'; readonly isLift: boolean; readonly at: string })
  | (Named & { readonly about: 'fence' });

/** Whether an agreement is the one that lets signals be analysed. */
export const opensAnalysis = ({
  purpose,
  channel,
}: {
  readonly purpose: Purpose;
  readonly channel: Channel;
}): boolean => purposes[purpose].opensAnalysis && channels[channel].isObserved;

/** The events that can say something of it. */
export const analysisEventTypes = [
  'ConsentGiven',
  'ConsentWithdrawn',
  'ContactSuppressed',
  'SuppressionLifted',
  'SubjectFenced',
] as const satisfies readonly EventType[];

type AnalysisEvent = {
  [Type in (typeof analysisEventTypes)[number]]: {
    readonly type: Type;
    readonly data: EventDataOf<Type>;
  };
}[(typeof analysisEventTypes)[number]];

const consentWord = (
  data: EventDataOf<'ConsentGiven'>,
  state: ConsentState,
): AnalysisWord | undefined => {
  const { contactId, at } = data;
  return opensAnalysis(data) ? { about: 'consent', contactId, state, at } : undefined;
};

/** Who wants no promotions has not objected to being understood. */
const suppressionWord = (
  { contactId, scope, at }: Pick<EventDataOf<'ContactSuppressed'>, 'contactId' | 'scope' | 'at'>,
  isLift: boolean,
): AnalysisWord | undefined =>
  scope === 'everything' ? { about: 'suppression', contactId, isLift, at } : undefined;

/** What an event says about who may be analysed; undefined where it says nothing. */
export const analysisWordOf = (event: AnalysisEvent): AnalysisWord | undefined => {
  switch (event.type) {
    case 'ConsentGiven':
      return consentWord(event.data, 'given');
    case 'ConsentWithdrawn':
      return consentWord(event.data, 'withdrawn');
    case 'ContactSuppressed':
      return suppressionWord(event.data, false);
    case 'SuppressionLifted':
      return suppressionWord(event.data, true);
    case 'SubjectFenced':
      return { about: 'fence', contactId: event.data.contactId };
    default:
      return assertNever(event);
  }
};
