import { setTimeout as pause } from 'node:timers/promises';
import type { Waiter } from '../../event-store/wake-up.ts';
import type { Database } from '../../postgres/database.ts';
import type { LogLines } from '../log-lines.ts';
import { BehindRetention, StaleBatch } from '../port.ts';
import type { BatchHandler, Subscription } from '../port.ts';
import { type Batch, deliver, failureFields, type Host, noteFailed } from './deliver.ts';
import { HeldPartition } from './held-partition.ts';
import type { LivingMembers } from './living-members.ts';
import { LEASE_MS, Membership } from './membership.ts';
import { NextBatches } from './next-batches.ts';

/** How soon what was handled is committed, and a handler that takes long is heard of. */
const BEAT_EVERY_MS = 500;
/** A member that has nothing to commit beats this often: often enough to be known to live, and to miss no change. */
const IDLE_BEAT_MS = LEASE_MS / 4;
/** A batch that is about to end may do so before its partition changes hands. */
const REVOKE_GRACE_MS = 500;
const STOP_GRACE_MS = 1_000;
const CONCURRENT_BATCHES_MAX = 4;

export type SubscriptionOptions = {
  readonly database: Database;
  readonly living: LivingMembers;
  readonly waiter: Waiter;
  /** Woken when members came, went, or handed a partition on. */
  readonly news: Waiter;
  /** False while `news` may miss something. */
  readonly hasNews: () => boolean;
  /** Told how far the log goes by beats that had nothing to commit. */
  readonly looked: (last: unknown) => void;
  readonly lines: LogLines;
  readonly group: string;
  /** Names by id. */
  readonly topics: ReadonlyMap<number, string>;
  readonly from: 'earliest' | 'latest';
  /** Event types whose values are left where they are. */
  readonly unread: readonly string[];
  /** Partitions (`topic:partition`) the group has read from. */
  readonly known?: ReadonlySet<string>;
  readonly handle: BatchHandler;
  /** Called when this member came, left, or released a partition, so that others look at once. */
  readonly signal: () => void;
};

/** A member of a group at work: fetches for every free partition it holds, beats, and gives way. */
export class PostgresSubscription implements Subscription {
  readonly crashed: Promise<Error>;
  readonly #options: SubscriptionOptions;
  readonly #membership: Membership;
  readonly #held = new Map<string, HeldPartition>();
  readonly #stop = new AbortController();
  #crash: (error: Error) => void = () => undefined;
  #generation = -1;
  #beatAt = 0;
  #beating: Promise<void> | undefined;
  #loops: Promise<unknown> = Promise.resolve();
  /** Calls of the handler that are under way. */
  #batches = 0;
  readonly #next: NextBatches;
  readonly #host: Host;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#membership = new Membership(options.database, options.living, options.group);
    this.crashed = new Promise((resolve) => {
      this.#crash = resolve;
    });
    this.#next = new NextBatches(options.database, options.unread);
    this.#host = {
      handle: options.handle,
      heartbeat: () => this.#heartbeat(),
      isAlive: () => this.#isAlive(),
    };
  }

  async start(): Promise<void> {
    await this.#refuseForgotten();
    await this.#join();
    // Looked at before anyone is told that it started: whoever decides by this group must not begin while it is behind.
    await this.#fetch().catch((error: unknown) => this.#complain('fetching failed', error));
    this.#loops = Promise.all([this.#fetchLoop(), this.#beatLoop()]);
  }

  /** Takes nothing new, lets running batches end, commits and leaves the group. */
  async stop({ drainMs } = { drainMs: 10_000 }): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    const held = [...this.#held.values()];
    await Promise.all(
      held.map(async (partition) => {
        if (await partition.settled(drainMs)) return;
        partition.lose('the service is stopping');
        await partition.settled(STOP_GRACE_MS);
      }),
    );
    await this.#loops;
    this.#options.waiter.close();
    this.#options.news.close();
    await this.#beat()
      .then(() => this.#membership.leave())
      .catch((error: unknown) =>
        this.#complain('could not leave the group; its lease will end', error),
      );
    this.#options.signal();
  }

  /** A partition known to the group of which neither its position nor its first record is left. */
  async #refuseForgotten(): Promise<void> {
    const { known, topics } = this.#options;
    if (known === undefined || known.size === 0) return;
    const unclaimed = await this.#membership.unclaimed([...topics.keys()]);
    for (const { topic, part, first } of unclaimed) {
      const name = topics.get(topic) ?? String(topic);
      if (first === 0 || !known.has(`${name}:${part}`)) continue;
      throw new BehindRetention(
        { topic: name, partition: part },
        'the position of the group is gone',
      );
    }
  }

  async #join(): Promise<void> {
    await this.#membership.join([...this.#options.topics.keys()], this.#options.from);
    this.#beatAt = performance.now();
    this.#generation = -1;
    await this.#beat();
    this.#options.signal();
  }

  async #fetchLoop(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const started = await this.#fetch().catch(async (error: unknown) => {
        this.#complain('fetching failed; trying again', error);
        await pause(BEAT_EVERY_MS, undefined, { signal }).catch(() => undefined);
        return 0;
      });
      if (started === 0) await this.#options.waiter.next(signal, this.#nextRestEndsMs());
    }
  }

  /** A timer can be early: who rests still when it rings is waited for again, and not for the next notification. */
  #nextRestEndsMs(): number {
    const rests = [...this.#held.values()].map(({ restsMs }) => restsMs).filter((ms) => ms > 0);
    return Math.min(...rests) + 1;
  }

  async #fetch(): Promise<number> {
    const free = CONCURRENT_BATCHES_MAX - this.#batches;
    const places = [...this.#held.values()].filter(({ takesRecords }) => takesRecords);
    if (places.length === 0 || free <= 0) return 0;
    const { batches, gone } = await this.#next.of(places, free);
    if (this.#stop.signal.aborted) return 0;
    for (const place of gone) this.#giveUp(place, isGone(place));
    for (const batch of batches) void this.#deliver(batch);
    // Whoever was passed over for want of a free hand goes to the front of the next round.
    for (const { place } of batches.flat()) {
      this.#held.delete(keyOf(place));
      this.#held.set(keyOf(place), place);
    }
    return batches.length;
  }

  #giveUp(place: HeldPartition, error: BehindRetention): void {
    this.#crash(error);
    place.lose('behind retention');
  }

  async #deliver(batch: Batch): Promise<void> {
    this.#batches += 1;
    const error = await deliver(batch, this.#host);
    this.#batches -= 1;
    const [{ place }, ...others] = batch;
    // Of several partitions it is not known whose it is: each is tried apart.
    if (error instanceof BehindRetention && others.length === 0) return this.#giveUp(place, error);
    if (error !== undefined && !(error instanceof StaleBatch))
      noteFailed(this.#options, batch, error);
    const restsMs = Math.max(...batch.map((share) => share.place.restsMs));
    setTimeout(() => this.#options.waiter.signal(), restsMs + 1);
  }

  async #beatLoop(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const hasNews = await this.#options.news.next(signal, BEAT_EVERY_MS);
      if (signal.aborted || !(hasNews || this.#mustBeat())) continue;
      await this.#beat().catch(async (error: unknown) => {
        this.#complain('heartbeat failed', error);
        await pause(BEAT_EVERY_MS, undefined, { signal }).catch(() => undefined);
      });
    }
  }

  #mustBeat(): boolean {
    const isUnsettled = this.#generation === -1 || !this.#options.hasNews();
    if (isUnsettled || performance.now() - this.#beatAt >= IDLE_BEAT_MS) return true;
    return [...this.#held.values()].some(({ commit, revoked }) => revoked || commit !== undefined);
  }

  #isAlive(): boolean {
    return performance.now() - this.#beatAt < LEASE_MS;
  }

  /** Handlers beat too; one beat at a time serves them all. */
  #beat(): Promise<void> {
    this.#beating ??= this.#beatOnce().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  async #beatOnce(): Promise<void> {
    const sentAt = performance.now();
    const commits = [...this.#held.values()].flatMap((held) => {
      const commit = held.commit;
      return commit
        ? [{ held, topic: held.topic, part: held.part, epoch: held.epoch, next: held.next }]
        : [];
    });
    const { alive, generation, overdue, last } = await this.#membership.beat(commits);
    if (last !== undefined) this.#options.looked(last);
    if (!alive) return this.#expelled();
    this.#beatAt = sentAt;
    for (const { held, next } of commits) held.committed = next;
    if (overdue) await this.#membership.rebalance();
    if (generation !== this.#generation) {
      await this.#takeClaims();
      this.#generation = overdue ? -1 : generation;
    }
  }

  async #expelled(): Promise<void> {
    for (const held of this.#held.values()) held.lose('this member was expelled');
    this.#held.clear();
    if (this.#stop.signal.aborted) return;
    this.#options.lines.warn(
      { group: this.#options.group },
      'expelled from the group, joining again',
    );
    await this.#membership.join([...this.#options.topics.keys()], this.#options.from);
    this.#beatAt = performance.now();
    await this.#takeClaims();
  }

  async #takeClaims(): Promise<void> {
    const claims = await this.#membership.claims();
    const lost = new Map(this.#held);
    for (const claim of claims) {
      const key = keyOf(claim);
      const held = lost.get(key);
      if (held !== undefined && held.epoch === claim.epoch) {
        lost.delete(key);
        if (claim.revoked && !held.revoked) void this.#giveWay(held);
        held.revoked = claim.revoked;
        continue;
      }
      const name = this.#options.topics.get(claim.topic) ?? String(claim.topic);
      const taken = new HeldPartition(claim, name);
      held?.lose('another member took it over');
      lost.delete(key);
      this.#held.set(key, taken);
      if (claim.revoked) void this.#giveWay(taken);
      taken.revoked = claim.revoked;
    }
    for (const [key, held] of lost) {
      held.lose('another member took it over');
      this.#held.delete(key);
    }
    this.#options.waiter.signal();
  }

  async #giveWay(held: HeldPartition): Promise<void> {
    if (!(await held.settled(REVOKE_GRACE_MS))) {
      held.lose('the group is rebalancing');
      await held.settled(LEASE_MS / 2);
    }
    await this.#membership
      .release({ topic: held.topic, part: held.part, epoch: held.epoch, next: held.next })
      .catch((error: unknown) => this.#complain('a release failed; the lease will end it', error));
    this.#options.signal();
    await this.#beat().catch(() => undefined);
  }

  /** A handler that takes long calls this often; the database hears of it once in a while. */
  async #heartbeat(): Promise<void> {
    if (performance.now() - this.#beatAt > BEAT_EVERY_MS) await this.#beat();
  }

  #complain(what: string, error: unknown): void {
    this.#options.lines.warn(failureFields(this.#options.group, error), what);
  }
}

const isGone = ({ topicName: topic, part: partition, next }: HeldPartition): BehindRetention =>
  new BehindRetention({ topic, partition }, `offset ${next} is gone`);

const keyOf = ({ topic, part }: { topic: number; part: number }): string => `${topic}:${part}`;
