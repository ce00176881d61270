import type { ObservedDay } from './observed-day.ts';
import { notArrived } from './observed-day.ts';
import type { Look } from './world.ts';

/** What a sign says: it speaks for a block, against one, or nobody looked. */
export type Sign = 'for' | 'against' | 'unknown';

/** The last look at something, or `unknown`. */
export const lastLook = (days: readonly ObservedDay[], look: Look): Sign => {
  const seen = days.findLast((day) => day.looks[look] !== undefined)?.looks[look];
  return seen === undefined ? 'unknown' : seen ? 'against' : 'for';
};

const lastCall = (days: readonly ObservedDay[]): Sign => {
  const call = days.findLast((day) => day.call !== 'none')?.call;
  return call === undefined ? 'unknown' : call === 'rang' ? 'against' : 'for';
};

/** The five signs of the article, each looked at by itself: that is what the baselines know. */
export const fiveSigns = (days: readonly ObservedDay[]): readonly Sign[] => [
  notArrived(days).some((day) => days.length - day > 2) ? 'for' : 'against',
  lastCall(days),
  lastLook(days, 'photo'),
  lastLook(days, 'presence'),
  lastLook(days, 'group-add'),
];
