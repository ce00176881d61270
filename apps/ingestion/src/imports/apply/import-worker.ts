import { Injectable } from '@nestjs/common';
import {
  type Again,
  Clock,
  EventStore,
  type Job,
  type LeasedJobHandler,
  type LeasedWork,
} from '@tact/platform';
import { type PreparedLines, runLines } from '../../signals/line-outcomes.ts';
import { applyImport, SILENCE_SECONDS } from '../jobs.ts';
import type { SpooledLine } from '../spooled-lines.ts';
import { ImportLines, judge } from './import-lines.ts';
import { ChunkDone, type ImportPosition, ImportWork } from './import-work.ts';

const AHEAD_MS_MAX = 2_000;

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
export class ImportWorker implements LeasedJobHandler<{ importId: string }> {
  readonly kind = applyImport;
  #ahead: Begun | undefined;

  constructor(
    private readonly work: ImportWork,
    private readonly lines: ImportLines,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  /** Judges one chunk, or finishes the import once every chunk there will be is judged. */
  async run({ payload }: Job<{ importId: string }>, work: LeasedWork): Promise<Again> {
    const position = await this.work.positionOf(payload.importId);
    if (!position) return;
    const { chunk, chunksReceived, isReceived } = position;
    const now = this.clock.now();
    if (chunk < chunksReceived) {
      // Another attempt did it: what comes after it is this one's.
      await this.#judge(position, work).catch((error: unknown) => {
        if (!(error instanceof ChunkDone)) throw error;
      });
      return { runAt: now };
    }
    if (isReceived) return await this.work.finish(position);
    return { runAt: new Date(now.getTime() + SILENCE_SECONDS * 1_000) };
  }

  async #judge(position: ImportPosition, work: LeasedWork): Promise<void> {
    const chunk = this.#begunOf(position) ?? this.#begin(position);
    this.#ahead = undefined;
    const { lines, judged } = await chunk.read;
    await runLines(
      this.store,
      (erased) =>
        erased.size === 0 ? chunk.prepared : this.lines.prepare(position, judged, erased),
      {
        after: (tx, outcomes) => this.work.done(tx, position, { lines, outcomes }, work),
        meanwhile: () => {
          // While the database appends this chunk, the people of the next one are looked up.
          const next = position.chunk + 1;
          if (next < position.chunksReceived)
            this.#ahead = this.#begin({ ...position, chunk: next });
        },
      },
    );
  }

  #begunOf({ importId, chunk }: ImportPosition): Begun | undefined {
    const ahead = this.#ahead;
    const isIt = ahead?.importId === importId && ahead.chunk === chunk;
    // A word of the person that came since must count.
    return isIt && performance.now() - ahead.at < AHEAD_MS_MAX ? ahead : undefined;
  }

  #begin(position: ImportPosition): Begun {
    const read = this.work.linesOf(position).then((lines) => ({
      lines,
      judged: lines.map((line) => judge(position.type, line, position.options)),
    }));
    const prepared = read.then(({ judged }) => this.lines.prepare(position, judged, new Set()));
    // Whoever takes the chunk up hears of it; until then nobody may be there to.
    prepared.catch(() => undefined);
    const { importId, chunk } = position;
    return { importId, chunk, at: performance.now(), read, prepared };
  }
}
