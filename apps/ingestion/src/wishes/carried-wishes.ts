import { Channel, type EventDataOf, isErased, Purpose } from '@tact/contracts';
import {
  consentKey,
  contactPolicyDecider,
  type ContactPolicyEvent,
  suppressionScopes,
} from '@tact/domain';
import type { OwnEvent } from './own-events.ts';
import { wordsOf } from './own-words.ts';

export type CarriedRefusal = Omit<EventDataOf<'RefusalReceived'>, 'contactId' | 'at'> & {
  readonly at: string;
};
export type CarriedWithdrawal = Omit<EventDataOf<'WithdrawalDeclared'>, 'contactId'>;

/** What a person asked of us that goes where the person goes. Nothing of it opens anything. */
export type CarriedWishes = {
  readonly refusals: readonly CarriedRefusal[];
  readonly withdrawals: readonly CarriedWithdrawal[];
};

type Word = { readonly event: OwnEvent; readonly said: ContactPolicyEvent };

const refusalOf = ({ event, said }: Word): readonly CarriedRefusal[] => {
  if (said.type !== 'ContactSuppressed') return [];
  const { scope, ground, at } = said.data;
  // Of who is erased nothing is carried, and no time of it can be read.
  if (isErased(at)) return [];
  const channel = event.type === 'RefusalReceived' ? event.data.channel : 'whatsapp';
  return [{ scope, ground, channel, at }];
};

const withdrawalOf = ({ said }: Word): readonly CarriedWithdrawal[] => {
  if (said.type !== 'ConsentWithdrawn' || isErased(said.data.proof.source)) return [];
  const { purpose, channel, at, proof } = said.data;
  return [{ purpose, channel, at, proof }];
};

const latestOf = <One extends { readonly at: string }>(all: readonly One[]): readonly One[] =>
  all.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, 1);

/**
 * The latest refusal of each scope, also one that the person lifted on a channel: who refused anywhere is asked anew. Of the
 * consents those whose last word is a withdrawal.
 */
export const carriedWishes = (events: readonly OwnEvent[]): CarriedWishes => {
  const words = events.flatMap((event) => wordsOf(event).map((said) => ({ event, said })));
  const state = words
    .map(({ said }) => said)
    .reduce(contactPolicyDecider.evolve, contactPolicyDecider.initial());
  const refusals = words.flatMap(refusalOf);
  const withdrawals = words.flatMap(withdrawalOf);
  const isWithdrawn = (purpose: Purpose, channel: Channel) =>
    state.consents[consentKey(purpose, channel)]?.state === 'withdrawn';
  return {
    refusals: suppressionScopes.flatMap((scope) =>
      latestOf(refusals.filter((one) => one.scope === scope)),
    ),
    withdrawals: Purpose.options.flatMap((purpose) =>
      Channel.options.flatMap((channel) =>
        isWithdrawn(purpose, channel)
          ? latestOf(
              withdrawals.filter((one) => one.purpose === purpose && one.channel === channel),
            )
          : [],
      ),
    ),
  };
};
