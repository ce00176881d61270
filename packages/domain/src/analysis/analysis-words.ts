import {
  type Channel,
  type ConsentState,
  type EventDataOf,
  type EventOfType,
  type Purpose,
  type Reading,
  type TopicName,
  typesRead,
} from '@tact/contracts';
import { channels } from '../contact-policy/channels.ts';
import { purposes } from '../contact-policy/purposes.ts';
import { scopes } from '../contact-policy/suppression.ts';
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

/** What is read to know of it: decisions say nothing of who may be analysed. */
const reading = {
  ConsentGiven: true,
  ConsentWithdrawn: true,
  ContactSuppressed: true,
  SuppressionLifted: true,
  ContactAllowed: false,
  ContactDenied: false,
  SubjectFenced: true,
} as const satisfies Reading<'contact-policies.v1' | 'privacy-fence.v1'>;

/** The events that can say something of it, and the topics they are on. */
export const analysisEventTypes = typesRead(reading);
export const analysisTopics = [
  'contact-policies.v1',
  'privacy-fence.v1',
] as const satisfies readonly TopicName[];

type AnalysisEvent = EventOfType<(typeof analysisEventTypes)[number]>;

const consentWord = (
  data: EventDataOf<'ConsentGiven'>,
  state: ConsentState,
): AnalysisWord | undefined => {
  const { contactId, at } = data;
  return opensAnalysis(data) ? { about: 'consent', contactId, state, at } : undefined;
};

const suppressionWord = (
  { contactId, scope, at }: Pick<EventDataOf<'ContactSuppressed'>, 'contactId' | 'scope' | 'at'>,
  isLift: boolean,
): AnalysisWord | undefined =>
  scopes[scope].closesAnalysis ? { about: 'suppression', contactId, isLift, at } : undefined;

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
