import type { Pool } from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { ADVISORY_CLASS } from '../postgres/advisory.ts';
import { cleanError } from '../postgres/errors.ts';
import type { Page } from './events.ts';

// Whoever draws a position holds the marker lock until its transaction ends, and lets it go only after
// its commit can be seen. So: read how far positions were drawn, then who holds the marker. Once none of
// these holders is left, a fresh read shows every row up to there, and what is missing is missing for ever.
const lookAtHolders = `
SELECT last_value::text AS drawn, pg_is_in_recovery() AS standby FROM event_positions;
SELECT virtualtransaction AS holder FROM pg_locks
WHERE locktype = 'advisory' AND classid = ${ADVISORY_CLASS} AND objid = 'events'::regclass::oid
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database());`;

/** Milliseconds a read may follow an open append before it answers with nothing; not a verdict on the hole. */
const FOLLOW_MS_MAX = 100;

type Positioned = { readonly position: number };
type Look = { readonly upTo: number; readonly holders: ReadonlySet<string> };

/** Reads all events in the order of positions and never passes one that may still be committed. */
export class HoleAwareReader {
  /** Up to here, a row that is not visible never will be. */
  #settled = 0;
  #look: Look | undefined;
  #looking: Promise<unknown> = Promise.resolve();

  /** `onDoubt` is called when a read answers with nothing because it is not certain. */
  constructor(
    private readonly pool: Pool,
    private readonly onDoubt: () => void = () => undefined,
  ) {}

  /** The contiguous prefix after `after`; empty when there is nothing new or the next one is not yet certain. */
  async read<Row extends Positioned>(
    page: Page,
    fetch: (page: Page) => Promise<Row[]>,
  ): Promise<Row[]> {
    const giveUpAt = Date.now() + FOLLOW_MS_MAX;
    for (let pauseMs = 0; ; pauseMs = Math.min(pauseMs + 1, 5)) {
      const settled = Math.max(this.#settled, page.settled ?? 0);
      const rows = await fetch(page);
      const certain = prefixLength(rows, Math.max(page.after, settled), settled);
      if (certain > 0 || rows.length === 0) return rows.slice(0, certain);
      if (await this.#isSettled()) continue;
      if (Date.now() >= giveUpAt) {
        this.onDoubt();
        return [];
      }
      await pause(pauseMs);
    }
  }

  /**
   * The position up to which everything that will ever be is visible, at least what was committed before the call.
   * Waits for the appends under way; where one takes long, it answers with what is certain by then.
   */
  async settle(): Promise<number> {
    const { upTo: goal } = await this.#holders();
    const giveUpAt = Date.now() + FOLLOW_MS_MAX;
    for (let pauseMs = 0; this.#settled < goal; pauseMs = Math.min(pauseMs + 1, 5)) {
      if (await this.#isSettled()) continue;
      if (Date.now() >= giveUpAt) {
        this.onDoubt();
        break;
      }
      await pause(pauseMs);
    }
    return this.#settled;
  }

  /**
   * One after the other: an answer that was asked for before the look it is compared with knows nothing of who came
   * between the two, and would take them for gone.
   */
  #isSettled(): Promise<boolean> {
    const looked = this.#looking.then(() => this.#lookOnce());
    this.#looking = looked.catch(() => undefined);
    return looked;
  }

  /** Looks at the marker's holders, and remembers the first look until all it saw are gone. */
  async #lookOnce(): Promise<boolean> {
    const now = await this.#holders();
    const before = this.#look ?? now;
    const left = [...before.holders].filter((holder) => now.holders.has(holder));
    if (left.length > 0) {
      this.#look = { upTo: before.upTo, holders: new Set(left) };
      return false;
    }
    this.#look = undefined;
    this.#settled = Math.max(this.#settled, before.upTo);
    return true;
  }

  async #holders(): Promise<Look> {
    // Two statements in one message run one after the other, which the argument above needs.
    const [drawn, locks] = (await this.pool.query(lookAtHolders).catch((error: unknown) => {
      throw cleanError(error);
    })) as unknown as [
      { rows: { drawn: string; standby: boolean }[] },
      { rows: { holder: string }[] },
    ];
    if (drawn.rows[0]?.standby !== false) {
      throw new Error('Events are read on the primary: a standby does not know who is appending');
    }
    return {
      upTo: Number(drawn.rows[0].drawn),
      holders: new Set(locks.rows.map(({ holder }) => holder)),
    };
  }
}

/** How many rows follow `from` without a gap; gaps at or below `settled` are dead and do not count. */
export const prefixLength = (
  rows: readonly Positioned[],
  from: number,
  settled: number,
): number => {
  let expected = from + 1;
  for (const [nth, { position }] of rows.entries()) {
    if (position > settled && position !== expected) return nth;
    expected = Math.max(position, settled) + 1;
  }
  return rows.length;
};
