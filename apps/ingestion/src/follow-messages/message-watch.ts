import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Clock, Log, ServiceConfig, describeError } from '@tact/platform';
import type { IngestionConfig } from '../config.ts';
import { DroppedMessages } from './dropped-messages.ts';
import { JoinOrphans } from './join-orphans.ts';

/** What has to be done about messages though nobody calls: joins orphans, tells of the dropped. */
@Injectable()
export class MessageFollower {
  constructor(
    private readonly orphans: JoinOrphans,
    private readonly dropped: DroppedMessages,
  ) {}

  /** One round of all of it, until nothing is left to do. A failure that can be joined is joined before its message is due. */
  async follow(now: Date): Promise<void> {
    await this.orphans.join(now);
    while ((await this.dropped.drop()) > 0);
  }
}

/** Follows as long as the service runs. */
@Injectable()
export class MessageWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;

  constructor(
    private readonly follower: MessageFollower,
    private readonly config: ServiceConfig<IngestionConfig>,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const everyMs = this.config.values.MESSAGE_WATCH_SECONDS * 1000;
    this.#timer = setInterval(() => {
      this.#round ??= this.round().finally(() => {
        this.#round = undefined;
      });
    }, everyMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  private async round(): Promise<void> {
    try {
      await this.follower.follow(this.clock.now());
    } catch (error) {
      // The next round tries again: what is due stays due.
      this.log.warn({ error: describeError(error) }, 'messages could not be followed');
    }
  }
}
