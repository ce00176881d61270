import {
  type Channel,
  type ConsentState,
  type EventDataOf,
  type EventOfType,
  HOUR_MS,
  isErased,
  type Purpose,
  type Reading,
  type TopicName,
  typesRead,
} from '@tact/contracts';
import { channels } from '../contact-policy/channels.ts';
import { purposes } from '../contact-policy/purposes.ts';
import { scopes, unreadableRefusalAt } from '../contact-policy/suppression.ts';
import { assertNever } from '../signals/assert-never.ts';

type Named = { readonly contactId: string };

/**
 * One word that decides whether a person may be analysed; `at` is RFC 3339 UTC. Of a refusal it is the end of its hour:
 * rows that are kept in clear must not lead back to the person by the instant, and within the hour the refusal wins.
 */
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

/**
 * What is read to know of it. A word that lets us write again says nothing of being analysed again: only an agreement
 * to it, heard from the person, does.
 */
const reading = {
  ConsentGiven: true,
  ConsentWithdrawn: true,
  ContactSuppressed: true,
  SuppressionLifted: false,
  PolicyTakenOver: true,
  // How somebody is written to says nothing of being analysed.
  PreferencesSet: false,
  SubjectFenced: true,
} as const satisfies Reading<'contact-policies.v1' | 'privacy-fence.v1'>;

/** The events that can say something of it, and the topics they are on. */
export const analysisEventTypes = typesRead(reading);
export const analysisTopics = [
  'contact-policies.v1',
  'privacy-fence.v1',
] as const satisfies readonly TopicName[];

type AnalysisEvent = EventOfType<(typeof analysisEventTypes)[number]>;

/** The end of the hour, or later than anything where the time cannot be read. */
const hourOfRefusal = (at: string): string => {
  if (isErased(at)) return unreadableRefusalAt;
  const hourMs = Math.ceil(Date.parse(at) / HOUR_MS) * HOUR_MS;
  return new Date(Math.min(hourMs, Date.parse(unreadableRefusalAt))).toISOString();
};

const consentWords = (
  data: EventDataOf<'ConsentGiven'>,
  state: ConsentState,
): readonly AnalysisWord[] => {
  if (!opensAnalysis(data)) return [];
  const { contactId, at, witness, by } = data;
  const lift = { about: 'suppression', contactId, isLift: true, at } as const;
  const left = { ...lift, isLift: false, at: hourOfRefusal(at) } as const;
  return [
    { about: 'consent', contactId, state, at },
    ...(state === 'given' && (witness !== undefined || by === 'person') ? [lift] : []),
    // What the person took back, no file and no key gives again.
    ...(state === 'withdrawn' && by === 'person' ? [left] : []),
  ];
};

/** What an event says about who may be analysed; nothing where it is about something else. */
export const analysisWordsOf = (event: AnalysisEvent): readonly AnalysisWord[] => {
  switch (event.type) {
    case 'ConsentGiven':
      return consentWords(event.data, 'given');
    case 'ConsentWithdrawn':
      return consentWords(event.data, 'withdrawn');
    case 'ContactSuppressed': {
      const { contactId, scope, at } = event.data;
      if (!scopes[scope].closesAnalysis) return [];
      return [{ about: 'suppression', contactId, isLift: false, at: hourOfRefusal(at) }];
    }
    case 'PolicyTakenOver': {
      const { because, otherContactId: contactId, at } = event.data;
      // Who became part of another contact is not analysed beside it.
      return because === 'merge' ? [{ about: 'consent', contactId, state: 'withdrawn', at }] : [];
    }
    case 'SubjectFenced':
      return [{ about: 'fence', contactId: event.data.contactId }];
    default:
      return assertNever(event);
  }
};
