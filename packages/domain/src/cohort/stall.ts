import { chanceAtMost } from './chance.ts';
import { stallSettings } from './stall-settings.ts';

/**
 * People written to from an hour on, and how many of them took nothing. Only of hours whose patience is over: among
 * younger messages, those answered would be counted and those stuck would not. Numbers only.
 */
export type CohortCount = {
  /** First instant of the hour from which messages are counted, epoch milliseconds. */
  readonly fromMs: number;
  readonly contacts: number;
  readonly stuck: number;
  readonly messages: number;
  readonly stuckMessages: number;
};

/** How a tenant's deliveries usually are: contacts of past hours, and how many were late. */
export type UsualCount = { readonly contacts: number; readonly late: number };

/** Share that is usually late, 0 to 1: the tenant's own past, drawn towards the assumption while it is short. */
export const usualShare = ({ contacts, late }: UsualCount): number => {
  const { priorUsual } = stallSettings;
  return (late + priorUsual.late) / (contacts + priorUsual.contacts);
};

const shareOf = ({ stuck, contacts }: CohortCount): number =>
  contacts === 0 ? 0 : stuck / contacts;

/** True when enough people are stuck, they are most of those written to, and no usual day explains it. */
const isStall = (count: CohortCount, usual: UsualCount): boolean => {
  const { contactsMin, opensAboveShare, chanceMax } = stallSettings;
  if (count.contacts < contactsMin || shareOf(count) <= opensAboveShare) return false;
  return chanceAtMost(count.stuck, count.contacts, usualShare(usual)) <= chanceMax;
};

/** True when those who are stuck are clearly no longer most. */
export const isUsualAgain = (count: CohortCount): boolean =>
  count.contacts > 0 && shareOf(count) <= stallSettings.closesAtShare;

/** The stall these counts show, if any; the shortest past that shows it counts. */
export const stallOf = (
  windows: readonly CohortCount[],
  usual: UsualCount,
): CohortCount | undefined =>
  windows.toSorted((a, b) => b.fromMs - a.fromMs).find((window) => isStall(window, usual));

/**
 * The first hour of a stall: as far back from it as most of those written to were stuck in every hour. Hours
 * without a message break nothing.
 */
export const beginOf = (hours: readonly CohortCount[], stall: CohortCount): number => {
  const isMostlyStuck = (hour: CohortCount) => shareOf(hour) > stallSettings.opensAboveShare;
  const isHealthy = (hour: CohortCount) => hour.contacts > 0 && !isMostlyStuck(hour);
  const lastHealthyMs = hours
    .filter((hour) => hour.fromMs < stall.fromMs && isHealthy(hour))
    .reduce((latest, { fromMs }) => Math.max(latest, fromMs), -Infinity);
  return hours
    .filter((hour) => hour.fromMs > lastHealthyMs && isMostlyStuck(hour))
    .reduce((earliest, { fromMs }) => Math.min(earliest, fromMs), stall.fromMs);
};
