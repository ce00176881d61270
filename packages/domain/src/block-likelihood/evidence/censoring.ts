import { kindsAgainst } from '../../signals/kinds.ts';
import { evidenceOf } from '../../signals/error-evidence.ts';
import { type CensoredWindow, fateOf, type History, type Message } from './facts.ts';
import { dayOf } from '../model/states.ts';

const isWithin = (windows: readonly CensoredWindow[], at: number | undefined): boolean =>
  at !== undefined && windows.some(({ from, until }) => at >= from && at < until);

/** A message that was sent into an outage and never came may be lost: it waits nowhere. */
const censoredMessage = (message: Message, windows: readonly CensoredWindow[]): Message => {
  const failed = isWithin(windows, message.failedAt);
  const isLost = isWithin(windows, message.sentAt) && fateOf(message) === 'waiting';
  if (!failed && !isLost) return message;
  const codes = [...message.codes].filter((code) => !failed || evidenceOf(code) !== 'other_cause');
  // A code that says nothing censors the message, as one that WhatsApp never handed to the phone.
  return { ...message, codes: new Set([...codes, undefined]) };
};

/**
 * The history as it speaks once a tenant's incidents are known: what was seen of a person in their windows counts
 * for life and never against it.
 */
export const censoredBy = (history: History, windows: readonly CensoredWindow[]): History => {
  if (windows.length === 0) return history;
  const others = [...history.others].map(([kind, observations]) => {
    if (!kindsAgainst.has(kind)) return [kind, observations] as const;
    return [
      kind,
      { ...observations, instants: observations.instants.filter((at) => !isWithin(windows, at)) },
    ] as const;
  });
  return {
    ...history,
    messages: history.messages.map((message) => censoredMessage(message, windows)),
    others: new Map(others),
    censored: windows,
  };
};

/** Milliseconds of a stretch that lie in none of the windows. */
export const outsideMs = (
  windows: readonly CensoredWindow[],
  { from, until }: CensoredWindow,
): number => {
  let outside = Math.max(0, until - from);
  let done = from;
  for (const window of windows.toSorted((a, b) => a.from - b.from)) {
    const begin = Math.max(done, window.from);
    const end = Math.min(until, window.until);
    if (end <= begin) continue;
    outside -= end - begin;
    done = end;
  }
  return Math.max(0, outside);
};

/** Every day that a window touches, between two days: on none of them does silence count by itself. */
export const censoredDays = (
  windows: readonly CensoredWindow[],
  { from, until }: { readonly from: number; readonly until: number },
): ReadonlySet<number> => {
  const days = new Set<number>();
  for (const window of windows) {
    const last = Math.min(until, window.until === Infinity ? until : dayOf(window.until - 1));
    for (let day = Math.max(from, dayOf(window.from)); day <= last; day++) days.add(day);
  }
  return days;
};
