import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Client } from 'pg';
import { cleanError, DatabaseError } from '../postgres/errors.ts';
import { answerOf, type AppendRow } from './append-rows.ts';
import type { AppendResult } from './events.ts';
import { pack, type Statement } from './pack.ts';
import type { PreparedAppend } from './prepare.ts';
import { StoreOverloaded, VersionConflict } from './version-conflict.ts';

type Waiting = {
  readonly append: PreparedAppend;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
};

export type CommitLimits = {
  readonly waitingMax: number;
  readonly appendsPerCommitMax: number;
  readonly eventsPerCommitMax: number;
};

/**
 * Group commit: whatever came in one turn of the event loop, or while the last commit ran, goes into the next one;
 * nothing lingers.
 */
export class GroupCommitQueue {
  #waiting: Waiting[] = [];
  #client: Promise<Client> | undefined;
  #busy: Promise<void> | undefined;

  constructor(
    private readonly connect: () => Promise<Client>,
    private readonly limits: CommitLimits,
    private readonly onCommit: (committed: readonly PreparedAppend[]) => void,
  ) {}

  append(append: PreparedAppend): Promise<AppendResult> {
    if (this.#waiting.length >= this.limits.waitingMax) {
      return Promise.reject(new StoreOverloaded(this.#waiting.length));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ append, resolve, reject });
      this.#busy ??= this.#drain();
    });
  }

  /** Lets what is waiting finish, then closes the connection. */
  async close(): Promise<void> {
    await this.#busy;
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.end();
  }

  async #drain(): Promise<void> {
    await nextTurn();
    while (this.#waiting.length > 0) await this.#commit(this.#take());
    this.#busy = undefined;
  }

  #take(): Waiting[] {
    let events = 0;
    let count = 0;
    for (const { append } of this.#waiting) {
      events += append.events.length;
      if (count > 0 && events > this.limits.eventsPerCommitMax) break;
      count += 1;
      if (count === this.limits.appendsPerCommitMax) break;
    }
    return this.#waiting.splice(0, count);
  }

  /** Never rejects: every caller gets its own answer. */
  async #commit(batch: readonly Waiting[]): Promise<void> {
    const packed = pack(
      batch.map(({ append }) => append),
      false,
    );
    try {
      const rows = await this.#run(packed.statement);
      const again: Waiting[] = [];
      for (const [nth, one] of batch.entries()) {
        const answer = answerOf(nth, one.append, packed, rows);
        if (!(answer instanceof VersionConflict)) one.resolve(answer);
        // The earlier copy of the same fact lost its race; this copy is judged by what itself expects.
        else if (packed.echo[nth] === true) again.push(one);
        else one.reject(answer);
      }
      this.onCommit(batch.map(({ append }) => append));
      this.#waiting.unshift(...again);
    } catch (error) {
      const lost = error instanceof DatabaseError && error.isConnectionLoss;
      if (batch.length === 1 || lost) for (const { reject } of batch) reject(error);
      // One append the database refuses must not take the others with it.
      else for (const one of batch) await this.#commit([one]);
    }
  }

  /** A second try is safe, because event ids make an append that did happen a duplicate. */
  async #run(statement: Statement): Promise<AppendRow[]> {
    try {
      return await this.#send(statement);
    } catch (error) {
      if (!(error instanceof DatabaseError) || !error.mayRunAgain) throw error;
      return await this.#send(statement);
    }
  }

  async #send(statement: Statement): Promise<AppendRow[]> {
    this.#client ??= this.connect();
    try {
      const client = await this.#client;
      return (await client.query<AppendRow>(statement)).rows;
    } catch (thrown) {
      const error = cleanError(thrown);
      if (error instanceof DatabaseError && error.isConnectionLoss) this.#forget();
      throw error;
    }
  }

  #forget(): void {
    const broken = this.#client;
    this.#client = undefined;
    void broken?.then((client) => client.end()).catch(() => undefined);
  }
}
