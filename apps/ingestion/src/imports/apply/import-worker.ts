import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { describeError, EventStore, Log } from '@tact/platform';
import { type PreparedLines, runLines } from '../../signals/line-outcomes.ts';
import type { SpooledLine } from '../spooled-lines.ts';
import { ImportLines, judge } from './import-lines.ts';
import { type Claim, ClaimLost, ImportWork } from './import-work.ts';

const aheadMsMax = 2_000;
const hourMs = 3_600_000;

/** A chunk whose lines are read and whose people are looked up. */
type Begun = {
  readonly importId: string;
  readonly chunk: number;
  readonly at: number;
  readonly read: Promise<{
    readonly lines: readonly SpooledLine[];
    readonly judged: readonly ReturnType<typeof judge>[];
  }>;
  readonly prepared: Promise<PreparedLines>;
};

/**
 * Judges the lines of imports, a chunk a transaction, in turns between imports. Any number of processes may
 * do so: a chunk whose process dies is taken over when its lease ends, and its lines are one effect.
 */
@Injectable()
export class ImportWorker implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #stopping = new AbortController();
  #working: Promise<void> = Promise.resolve();
  #sweptAt = -hourMs;
  #ahead: Begun | undefined;
  /** The next chunk of the same import, claimed with the end of the last one. */
  #next: Claim | undefined;

  constructor(
    private readonly work: ImportWork,
    private readonly lines: ImportLines,
    private readonly store: EventStore,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.#working = this.#loop();
  }

  /** Lets the chunk in hand end, and leaves the others to whoever comes. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
    const claim = this.#next;
    this.#next = undefined;
    if (claim) await this.work.release(claim).catch(() => undefined);
  }

  /** Judges one chunk, or finishes one import; false when there is nothing to do. */
  async step(): Promise<boolean> {
    const claim = this.#next ?? (await this.work.claim());
    this.#next = undefined;
    if (!claim) return false;
    try {
      if (claim.chunk < claim.chunksReceived) this.#next = await this.#judge(claim);
      else await this.work.finish(claim);
    } catch (error) {
      if (!(error instanceof ClaimLost)) await this.#fail(claim, error);
    }
    return true;
  }

  /** Gives the claim on the next chunk, unless it is another import's turn. */
  async #judge(claim: Claim): Promise<Claim | undefined> {
    const chunk = this.#begunOf(claim) ?? this.#begin(claim);
    this.#ahead = undefined;
    const { lines, judged } = await chunk.read;
    let following: Claim | undefined;
    await runLines(
      this.store,
      (erased) => (erased.size === 0 ? chunk.prepared : this.lines.prepare(claim, judged, erased)),
      {
        after: async (tx, outcomes) => {
          following = await this.work.done(tx, claim, lines, outcomes);
        },
        meanwhile: () => {
          // While the database appends this chunk, the people of the next one are looked up.
          const next = claim.chunk + 1;
          if (next < claim.chunksReceived) this.#ahead = this.#begin({ ...claim, chunk: next });
        },
      },
    );
    return following;
  }

  #begunOf({ importId, chunk }: Claim): Begun | undefined {
    const ahead = this.#ahead;
    const isIt = ahead?.importId === importId && ahead.chunk === chunk;
    // A word of the person that came since must count.
    return isIt && performance.now() - ahead.at < aheadMsMax ? ahead : undefined;
  }

  #begin(claim: Claim): Begun {
    const read = this.work.linesOf(claim).then((lines) => ({
      lines,
      judged: lines.map((line) => judge(claim.type, line)),
    }));
    const prepared = read.then(({ judged }) => this.lines.prepare(claim, judged, new Set()));
    // Whoever takes the chunk up hears of it; until then nobody may be there to.
    prepared.catch(() => undefined);
    return { importId: claim.importId, chunk: claim.chunk, at: performance.now(), read, prepared };
  }

  async #fail(claim: Claim, error: unknown): Promise<void> {
    const { importId, chunk } = claim;
    this.log.warn(
      { importId, chunk, error: describeError(error) },
      'a chunk of an import failed; again soon',
    );
    // Not written either, the lease ends by itself.
    await this.work.yield(claim).catch(() => undefined);
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const worked = await this.#tryStep();
      if (!worked) await this.work.awaitLines(signal);
    }
  }

  async #tryStep(): Promise<boolean> {
    try {
      if (performance.now() - this.#sweptAt > hourMs) {
        this.#sweptAt = performance.now();
        await this.work.forgetOldErrors();
      }
      return await this.step();
    } catch (error) {
      // The database is away: the next look is soon enough.
      this.log.debug({ error: describeError(error) }, 'no import could be looked for');
      return false;
    }
  }
}
