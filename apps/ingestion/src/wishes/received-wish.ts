import type { Channel, DeclaredConsent, Identities, SignalRecorded } from '@tact/contracts';
import { assertNever, purposes, type Wish, wishOf } from '@tact/domain';
import type { StreamAppend } from '@tact/platform';
import type { NamedBy } from './wish-owners.ts';

/** All signals of people come by this channel, and so do the wishes in them. */
const channel: Channel = 'whatsapp';

/** A signal that may carry a wish, and whom it is about. */
export type Wishing = {
  readonly who: Identities | { readonly contactId: string };
  /** What else the contact named by id is called: it counts where that id is nobody's any more. */
  readonly beside?: Identities;
  /** The event of the signal: the same one told again is the same wish. */
  readonly eventId: string;
  readonly signal: Pick<SignalRecorded, 'kind' | 'code' | 'inboundType'> & {
    /** RFC 3339 UTC. */
    readonly occurredAt: string;
  };
};

export type ReceivedWish = Pick<Wishing, 'who' | 'beside' | 'eventId'> & {
  readonly wish: Wish;
  readonly channel: Channel;
  readonly at: string;
  /** A signal is by the best of its identities. */
  readonly namedBy?: NamedBy;
};

/** The wishes among signals. */
export const wishesIn = (signals: readonly Wishing[]): readonly ReceivedWish[] =>
  signals.flatMap(({ who, beside, eventId, signal }) => {
    const wish = wishOf(signal);
    if (wish === undefined) return [];
    const called = beside === undefined ? {} : { beside };
    return [{ who, ...called, eventId, wish, channel, at: signal.occurredAt }];
  });

/**
 * Of a consent that is taken back, what of it is remembered of people whom nobody knows. Of the other purposes nothing is done
 * without a consent, so there it takes nothing away.
 */
export const refusedBy = ({
  purpose,
  state,
}: Pick<DeclaredConsent, 'purpose' | 'state'>): Wish | undefined =>
  purposes[purpose].isPromotion && state === 'withdrawn'
    ? { asks: 'stop', scope: 'marketing', ground: 'marketing-preference' }
    : undefined;

type Kept = Omit<ReceivedWish, 'who' | 'beside' | 'eventId' | 'namedBy'> & {
  readonly tenantId: string;
  readonly contactId: string;
  readonly id: string;
  /** The event of the signal that carried it, or its own where none did: the ledger tells wishes apart by it. */
  readonly causationId: string;
};

const eventOf = (
  wish: Wish,
  whose: { readonly contactId: string; readonly channel: Channel; readonly at: string },
): StreamAppend['events'][number] => {
  switch (wish.asks) {
    case 'stop': {
      const { scope, ground } = wish;
      return { type: 'RefusalReceived', data: { ...whose, scope, ground } };
    }
    case 'resume': {
      const { scope, ground } = wish;
      return { type: 'ResumptionReceived', data: { ...whose, scope, ground } };
    }
    default:
      return assertNever(wish);
  }
};

/** A wish as a fact of its person, whether or not the person may be analysed. */
export const wishAppend = (kept: Kept): StreamAppend => {
  const { tenantId, contactId, id, causationId, wish, channel: on, at } = kept;
  return {
    stream: `contact-${contactId}`,
    expected: 'any',
    events: [{ ...eventOf(wish, { contactId, channel: on, at }), id, time: at }],
    context: { tenantId, subject: contactId, causationId },
  };
};
