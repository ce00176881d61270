// Node finds only some of kafkajs's names when it is imported by name; this one is not among them.
import kafkajs from 'kafkajs';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { StaleBatch } from '../port.ts';
import type { BatchContext } from '../port.ts';

/** Milliseconds without a heartbeat after which the broker gives a member's partitions away. */
export const SESSION_TIMEOUT_MS = 12_000;

/** What the events of a kafkajs consumer tell about its membership. */
export class Member {
  /** Grows with every rebalance: a batch of an older one is stale. */
  generation = 0;
  signAt: number;
  #beatAt: number;
  #abort = new AbortController();
  readonly #now: () => number;

  /** `now` gives milliseconds that never go back. */
  constructor(now: () => number) {
    this.#now = now;
    this.signAt = now();
    this.#beatAt = this.signAt;
  }

  watch(consumer: Consumer, onJoin: () => void): void {
    const { GROUP_JOIN, REBALANCING, HEARTBEAT, FETCH, END_BATCH_PROCESS } = consumer.events;
    const turn = (): void => {
      this.generation += 1;
      this.#abort.abort(new StaleBatch('the group is rebalancing'));
      this.#abort = new AbortController();
    };
    const sign = (): void => {
      this.signAt = this.#now();
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
    return this.#now() - this.#beatAt < SESSION_TIMEOUT_MS;
  }

  /**
   * kafkajs goes on fetching without being a member when its first try to join again fails: it has forgotten its
   * member id, sends no heartbeat any more and would never join. This is the error it joins again upon.
   */
  get expelled(): Error | undefined {
    if (this.isAlive) return undefined;
    const error = new kafkajs.KafkaJSError('fetched without being a member of the group');
    return Object.assign(error, { type: 'UNKNOWN_MEMBER_ID' });
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
