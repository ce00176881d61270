import { type EventOfType, HOUR_MS } from '@tact/contracts';
import { assertNever } from '../signals/assert-never.ts';
import {
  beginOf,
  type CohortCount,
  isUsualAgain,
  stallOf,
  type UsualCount,
  usualShare,
} from './stall.ts';
import { stallSettings } from './stall-settings.ts';

// Events

export type IncidentEvent = EventOfType<'IncidentOpened' | 'IncidentClosed'>;

// Commands

/** One look at a tenant's cohort, everything that is known of it at an instant. */
export type JudgeCohort = {
  readonly tenantId: string;
  /** The id an incident gets if this look opens one. */
  readonly incidentId: string;
  readonly now: Date;
  /** Counts from an hour of the last day up to the present, one for each such hour. */
  readonly windows: readonly CohortCount[];
  /** Counts of each of these hours alone. */
  readonly hours: readonly CohortCount[];
  readonly usual: UsualCount;
  /** Since when a stall has been seen without a break; undefined when the look before saw none. */
  readonly stalledSince: Date | undefined;
  /** Of the messages since the open incident began. */
  readonly sinceOpen?: SinceOpen;
};

export type SinceOpen = CohortCount & {
  /** When a message was last written, and when one was last answered; epoch milliseconds, by the hour. */
  readonly lastSentMs: number;
  readonly lastAnsweredMs: number | undefined;
};

// Fold

export type IncidentState = {
  readonly open: { readonly incidentId: string; readonly fromMs: number } | undefined;
  /** Where the last incident ended: its messages are judged and never open another one. */
  readonly judgedUntilMs: number | undefined;
};

const evolve = (state: IncidentState, event: IncidentEvent): IncidentState => {
  switch (event.type) {
    case 'IncidentOpened': {
      const { incidentId, from } = event.data;
      return { ...state, open: { incidentId, fromMs: Date.parse(from) } };
    }
    case 'IncidentClosed':
      return { open: undefined, judgedUntilMs: Date.parse(event.data.until) };
    default:
      return assertNever(event);
  }
};

// Decisions

const timeOf = (instantMs: number): string => new Date(instantMs).toISOString();

/** Counts of what is not yet judged by an incident that has ended. */
const since = (counts: readonly CohortCount[], fromMs = -Infinity): readonly CohortCount[] =>
  counts.filter((count) => count.fromMs >= fromMs);

/** True while a look shows a stall that no incident speaks for yet; it opens one when it stands. */
export const showsStall = (
  { windows, usual }: Pick<JudgeCohort, 'windows' | 'usual'>,
  { open, judgedUntilMs }: IncidentState,
): boolean => open === undefined && stallOf(since(windows, judgedUntilMs), usual) !== undefined;

const open = (command: JudgeCohort, judgedUntilMs?: number): readonly IncidentEvent[] => {
  const { tenantId, incidentId, now, windows, hours, usual, stalledSince } = command;
  const stall = stallOf(since(windows, judgedUntilMs), usual);
  const stood = stalledSince === undefined ? -1 : now.getTime() - stalledSince.getTime();
  if (stall === undefined || stood < stallSettings.standsForMs) return [];
  const data = {
    tenantId,
    incidentId,
    cause: 'delivery-stall' as const,
    from: timeOf(beginOf(since(hours, judgedUntilMs), stall)),
    openedAt: now.toISOString(),
    messages: stall.messages,
    stuck: stall.stuckMessages,
    usualShare: usualShare(usual),
  };
  return [{ type: 'IncidentOpened', data }];
};

/** When deliveries came back, or undefined while they have not. */
const endOf = ({ now, windows, sinceOpen }: JudgeCohort, fromMs: number): number | undefined => {
  const nowMs = now.getTime();
  // Nothing is left of it, or nobody was written to since: there is nothing to hold back any more.
  if (sinceOpen === undefined || nowMs - sinceOpen.lastSentMs > stallSettings.quietMs) return nowMs;
  const isFresh = (window: CohortCount) =>
    window.contacts >= stallSettings.contactsMin && isUsualAgain(window);
  if (!isUsualAgain(sinceOpen) && !since(windows, fromMs).some(isFresh)) return undefined;
  // By the hour of the last answer: a look that comes late does not lengthen the incident.
  return Math.min(nowMs, (sinceOpen.lastAnsweredMs ?? nowMs) + HOUR_MS);
};

const close = (
  command: JudgeCohort,
  { incidentId, fromMs }: NonNullable<IncidentState['open']>,
): readonly IncidentEvent[] => {
  const endMs = endOf(command, fromMs);
  if (endMs === undefined) return [];
  const { tenantId, now } = command;
  const data = {
    tenantId,
    incidentId,
    cause: 'delivery-stall' as const,
    from: timeOf(fromMs),
    until: timeOf(Math.max(fromMs, endMs)),
    closedAt: now.toISOString(),
  };
  return [{ type: 'IncidentClosed', data }];
};

/** The incidents the platform finds itself, one stream a tenant: never two open at once. */
export const incidentDecider = {
  initial: (): IncidentState => ({ open: undefined, judgedUntilMs: undefined }),

  evolve,

  decide: (command: JudgeCohort, state: IncidentState): readonly IncidentEvent[] =>
    state.open === undefined ? open(command, state.judgedUntilMs) : close(command, state.open),
};
