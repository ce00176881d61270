import { setTimeout as pause } from 'node:timers/promises';
import type { PartitionLag } from '../log/port.ts';

export type ReadUntilOptions = {
  /** How far the group is; undefined while it does not read. Rejects while the log is away. */
  readonly lags: () => Promise<readonly PartitionLag[] | undefined>;
  /** Milliseconds since each source had published all of what the group reads; none of one that never was. */
  readonly sourceAgesMs: () => Promise<readonly number[]>;
  /** Milliseconds that never go back; the process's own when absent. */
  readonly now?: () => number;
};

/** Older than this, what was read is no ground to allow anything; some of the five seconds are left for the decision. */
const STALE_MS = 4_000;
/** Younger than this, nobody waits for a look. */
const SURE_MS = 2_500;
const LOOK_EVERY_MS = 500;
/** What is about to be read is waited for rather than refused. */
const PATIENCE_MS = 1_500;
const LOOK_AGAIN_MS = 50;
const GOALS_MAX = 20;

/** Told up to an instant, which is read once the group is at these ends of the log. */
type Goal = { readonly publishedUntilMs: number; readonly ends: ReadonlyMap<string, number> };

const placeOf = ({ topic, partition }: PartitionLag): string => `${topic}:${partition}`;

const isRead = ({ ends }: Goal, partitions: readonly PartitionLag[]): boolean =>
  partitions.every((one) => one.committed >= (ends.get(placeOf(one)) ?? one.end));

/**
 * Up to when a group is known to have read all that its sources were told: published by them, and taken in by the
 * group. It looks only when it is asked, so that who decides nothing costs nothing.
 */
export class ReadUntil {
  readonly #options: ReadUntilOptions;
  readonly #now: () => number;
  #knownUntilMs = -Infinity;
  #lookedAtMs = -Infinity;
  #goals: Goal[] = [];
  #looking: Promise<void> | undefined;

  constructor(options: ReadUntilOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** True where what was told in the last seconds may not have been read; waits a little for what is under way. */
  async isStale(): Promise<boolean> {
    if (this.#ageMs > SURE_MS) await this.#follow();
    else if (this.#now() - this.#lookedAtMs > LOOK_EVERY_MS) void this.#look();
    return this.#ageMs > STALE_MS;
  }

  get #ageMs(): number {
    return this.#now() - this.#knownUntilMs;
  }

  async #follow(): Promise<void> {
    const giveUpAt = this.#now() + PATIENCE_MS;
    for (;;) {
      await this.#look();
      if (this.#ageMs <= STALE_MS || this.#now() > giveUpAt) return;
      await pause(LOOK_AGAIN_MS);
    }
  }

  /** One look serves all who ask meanwhile. A log or a database that is away says nothing: what is known gets older. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookOnce()
      .catch(() => undefined)
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  /** Asked in this order: what was told by then is before the ends that the log has after it. */
  async #lookOnce(): Promise<void> {
    const { lags, sourceAgesMs } = this.#options;
    const askedAt = this.#now();
    this.#lookedAtMs = askedAt;
    const ages = await sourceAgesMs();
    const partitions = await lags();
    if (partitions === undefined) return;
    const publishedUntilMs = askedAt - Math.max(0, ...ages);
    const ends = new Map(partitions.map((one) => [placeOf(one), one.end]));
    const goals = [...this.#goals, { publishedUntilMs, ends }];
    const reached = goals.filter((goal) => isRead(goal, partitions));
    this.#knownUntilMs = Math.max(
      this.#knownUntilMs,
      ...reached.map((goal) => goal.publishedUntilMs),
    );
    // The earliest are reached first; a later one says more, and there is always a next look.
    this.#goals = goals.filter((goal) => !reached.includes(goal)).slice(0, GOALS_MAX);
  }
}
