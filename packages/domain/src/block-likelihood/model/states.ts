/** How a phone is doing on a day, for reasons that have nothing to do with us. */
export const livenesses = ['on', 'patchy', 'off-days', 'off-weeks', 'churned'] as const;
export type Liveness = (typeof livenesses)[number];

/**
 * What stands between a message and the phone. `queued`: not blocked, and a message of ours waits at
 * WhatsApp; becoming blocked drops what waits, so `queued` also says "not blocked since it was sent".
 */
export const links = ['free', 'queued', 'blocked'] as const;

/** Settings a human can look at; each is a hidden dimension, present only once somebody looked. */
export const traits = ['photo', 'presence', 'group-add'] as const;
export type Trait = (typeof traits)[number];
export const traitSettings = ['open', 'closed', 'never'] as const;

/** People who write to businesses, and people who hardly ever do. */
export const talkers = ['writer', 'quiet'] as const;

export const LIVENESS_COUNT = livenesses.length;
export const LINK_COUNT = links.length;
/** A core state is link * LIVENESS_COUNT + liveness. */
export const CORE_COUNT = LINK_COUNT * LIVENESS_COUNT;
export const FREE = 0;
export const QUEUED = 1 * LIVENESS_COUNT;
export const BLOCKED = 2 * LIVENESS_COUNT;
export { dayOf } from '../../calendar/civil-days.ts';
