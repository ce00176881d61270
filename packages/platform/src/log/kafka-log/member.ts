import type { Consumer, EachBatchPayload } from 'kafkajs';
import { StaleBatch } from '../port.ts';
import type { BatchContext } from '../port.ts';

/** Milliseconds without a heartbeat after which the broker gives a member's partitions away. */
export const SESSION_TIMEOUT_MS = 12_000;

/** What the events of a kafkajs consumer tell about its membership. */
export class Member {
  /** Grows with every rebalance: a batch of an older one is stale. */
  generation = 0;
  signAt = performance.now();
  #beatAt = performance.now();
  #abort = new AbortController();

  watch(consumer: Consumer, onJoin: () => void): void {
    const { GROUP_JOIN, REBALANCING, HEARTBEAT, FETCH, END_BATCH_PROCESS } = consumer.events;
    const turn = (): void => {
      this.generation += 1;
      this.#abort.abort(new StaleBatch('the group is rebalancing'));
      this.#abort = new AbortController();
    };
    const sign = (): void => {
      this.signAt = performance.now();
    };
    const beat = (): void => {
      sign();
      this.#beatAt = this.signAt;
    };
    consumer.on(REBALANCING, turn);
    consumer.on(GROUP_JOIN, () => {
      turn();
      beat();
      onJoin();
    });
    consumer.on(HEARTBEAT, beat);
    consumer.on(FETCH, sign);
    consumer.on(END_BATCH_PROCESS, sign);
  }

  get isAlive(): boolean {
    return performance.now() - this.#beatAt < SESSION_TIMEOUT_MS;
  }

  /** Stops every handler: the drain is over, or the consumer is replaced. */
  abort(reason: string): void {
    this.generation += 1;
    this.#abort.abort(new StaleBatch(reason));
  }

  /** The context of one batch; `expelled` gives the error kafkajs must see, so that it joins again. */
  context(payload: EachBatchPayload): BatchContext & { readonly expelled: () => unknown } {
    const { topic, partition } = payload.batch;
    const { generation } = this;
    const abort = new AbortController();
    const { signal: turned } = this.#abort;
    const signal = AbortSignal.any([turned, abort.signal]);
    let expelled: unknown;
    const isStale = (): boolean =>
      signal.aborted || generation !== this.generation || payload.isStale() || !this.isAlive;
    return {
      topic,
      partition,
      signal,
      isStale,
      expelled: () => expelled,
      heartbeat: async () => {
        try {
          await payload.heartbeat();
        } catch (error) {
          expelled = error;
          abort.abort(new StaleBatch(`${topic}:${partition}: the group refused the heartbeat`));
          throw error;
        }
        if (isStale()) throw signal.reason ?? new StaleBatch(`${topic}:${partition}`);
      },
    };
  }
}
