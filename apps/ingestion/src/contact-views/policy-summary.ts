import { Channel, type ContactView, type EventDataOf, Purpose } from '@tact/contracts';
import {
  contactPolicyDecider,
  type ContactPolicyEvent,
  standingConsent,
  suppressedSince,
  suppressionAgainst,
  suppressionScopes,
} from '@tact/domain';

type Summary = Pick<ContactView, 'consents' | 'refusals'>;
type Refusal = EventDataOf<'ContactSuppressed'>;

const isLater = (one: Refusal, other: Refusal | undefined): boolean =>
  other === undefined || Date.parse(one.at) > Date.parse(other.at);

/** The latest refusal of each scope, for its ground: the policy needs none. */
const latestRefusals = (words: readonly ContactPolicyEvent[]): ReadonlyMap<string, Refusal> => {
  const latest = new Map<string, Refusal>();
  for (const { type, data } of words) {
    if (type !== 'ContactSuppressed') continue;
    if (isLater(data, latest.get(data.scope))) latest.set(data.scope, data);
  }
  return latest;
};

const instantOf = ({ data }: ContactPolicyEvent): number =>
  'at' in data ? Date.parse(data.at) : 0;

/** What a person's words come to, by the very fold that decisions are made by. */
export const policySummary = (words: readonly ContactPolicyEvent[]): Summary => {
  // What was taken over joins what was there by then, and what is said afterwards joins both.
  const ordered = words.toSorted((one, other) => instantOf(one) - instantOf(other));
  const state = ordered.reduce(contactPolicyDecider.evolve, contactPolicyDecider.initial());
  const latest = latestRefusals(words);
  const consents = Purpose.options.flatMap((purpose) =>
    Channel.options.flatMap((channel) => {
      const known = standingConsent(state, { purpose, channel });
      // Of what only one of two contacts agreed to, no agreement is known.
      if (known === undefined || known.ofOneAlone) return [];
      const refusal = suppressionAgainst(state, { purpose, channel })?.scope ?? null;
      return [{ purpose, channel, state: known.state, at: known.at, refusal }];
    }),
  );
  const refusals = suppressionScopes.flatMap((scope) => {
    const refusal = latest.get(scope);
    const standsOn = Channel.options.filter(
      (channel) => suppressedSince(state.suppressions, scope, channel) !== undefined,
    );
    if (refusal === undefined || standsOn.length === 0) return [];
    return [{ scope, ground: refusal.ground, at: refusal.at, standsOn }];
  });
  return { consents, refusals };
};
