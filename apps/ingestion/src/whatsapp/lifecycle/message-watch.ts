import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import {
  Clock,
  EventStore,
  Log,
  ProjectionPosition,
  PeriodicTask,
  ServiceConfig,
} from '@tact/platform';
import type { SignalsSettings } from '../../signals/settings.ts';
import { DroppedMessages } from './dropped-messages.ts';
import { JoinOrphans } from './join-orphans.ts';
import { messagesName } from './messages.projection.ts';

/** What has to be done about messages though nobody calls: joins orphans, tells of the dropped. */
@Injectable()
export class MessageFollower {
  constructor(
    private readonly orphans: JoinOrphans,
    private readonly dropped: DroppedMessages,
    private readonly store: EventStore,
    private readonly readPosition: ProjectionPosition,
  ) {}

  /** What is over long ago. */
  async tidy(now: Date): Promise<void> {
    await this.orphans.expire(now);
    await this.dropped.forget();
  }

  /**
   * All of it, until nothing is left to do; false when not enough is known yet. A failure that can be joined is joined
   * before its message is due.
   */
  async follow(now: Date, signal?: AbortSignal): Promise<boolean> {
    await this.orphans.join();
    if (!(await this.#knowsAll())) return false;
    while ((await this.dropped.drop()) > 0) if (signal?.aborted === true) return false;
    await this.tidy(now);
    return true;
  }

  /** After an outage the store may hold a delivery that `messages` has not seen: nothing is dropped on old knowledge. */
  async #knowsAll(): Promise<boolean> {
    const head = await this.store.head();
    const position = await this.readPosition.reached(messagesName, head);
    if (position >= head) return true;
    // Positions that were drawn and never written are nothing to wait for.
    const { events } = await this.store.readProjected({ after: position, limit: 1 });
    return events.length === 0;
  }
}

/** Joins orphans as long as the service runs: any webhook may bring what one of them waits for. */
@Injectable()
export class MessageWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #task: PeriodicTask;

  constructor(
    orphans: JoinOrphans,
    config: ServiceConfig<SignalsSettings>,
    clock: Clock,
    log: Log,
  ) {
    this.#task = new PeriodicTask({
      everyMs: config.values.MESSAGE_WATCH_SECONDS * 1000,
      clock,
      run: () => orphans.join(),
      log,
      complaint: 'failures that named nobody could not be joined',
    });
  }

  onApplicationBootstrap(): void {
    this.#task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#task.stop();
  }
}
