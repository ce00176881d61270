import type { Consumer } from 'kafkajs';

const RECORDS_MAX = 500;
const EVERY_MS = 1_000;

type Pending = { topic: string; partition: number; offset: string };

/** Commits what was handled, every 500 records or every second: an offset is a hint, the effect remembers better. */
export class OffsetCommits {
  readonly #consumer: Consumer;
  readonly #pending = new Map<string, Pending>();
  #records = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(consumer: Consumer) {
    this.#consumer = consumer;
  }

  /** `last` is the offset of the last record handled. */
  async note(place: {
    topic: string;
    partition: number;
    last: string;
    records: number;
  }): Promise<void> {
    const { topic, partition, last, records } = place;
    const offset = (BigInt(last) + 1n).toString();
    this.#pending.set(`${topic}:${partition}`, { topic, partition, offset });
    this.#records += records;
    if (this.#records >= RECORDS_MAX) await this.flush();
    else this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), EVERY_MS);
  }

  /** One commit at a time: a later offset must not be overtaken by an earlier one. */
  flush(): Promise<void> {
    const turn = this.#flushing.then(() => this.#commit());
    this.#flushing = turn.catch(() => undefined);
    return turn;
  }

  /** After a rebalance: the partitions may be someone else's, whose offsets ours would turn back. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#records = 0;
    this.#pending.clear();
  }

  async #commit(): Promise<void> {
    const offsets = [...this.#pending.values()];
    this.forget();
    if (offsets.length > 0) await this.#consumer.commitOffsets(offsets);
  }
}
