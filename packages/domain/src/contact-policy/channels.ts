import type { Channel } from '@tact/contracts';

type ChannelMeaning = {
  /** Signals of people come by it: the agreement to analyse them is asked for on it. */
  readonly isObserved: boolean;
  /** Messages on it are seen leaving, and then take the place of their reservation. */
  readonly isSeenLeaving: boolean;
};

const unobserved = { isObserved: false, isSeenLeaving: false } as const;

/** What every channel means to the rules: the one place. */
export const channels: Readonly<Record<Channel, ChannelMeaning>> = {
  whatsapp: { isObserved: true, isSeenLeaving: true },
  email: unobserved,
  phone: unobserved,
  post: unobserved,
  social: unobserved,
};
