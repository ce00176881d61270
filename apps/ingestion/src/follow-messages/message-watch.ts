import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Clock, Log, ServiceConfig, describeError } from '@tact/platform';
import type { IngestionConfig } from '../config.ts';
import { WithoutEffectCounters } from '../counters.ts';
import { RecordFacts } from '../record-facts.ts';
import { DroppedMessages } from './dropped-messages.ts';
import { Orphans } from '../orphans.ts';

/** WhatsApp repeats its webhooks for seven days; a message that has not turned up by then never will. */
const orphanLifeMs = 7 * 24 * 3_600_000;

/** What has to be done about messages though nobody calls: joins orphans, tells of the dropped. */
@Injectable()
export class MessageFollower {
  constructor(
    private readonly dropped: DroppedMessages,
    private readonly orphans: Orphans,
    private readonly facts: RecordFacts,
    private readonly around: WithoutEffectCounters,
  ) {}

  /** One round of all of it, until nothing is left to do. */
  async follow(now: Date): Promise<void> {
    while ((await this.dropped.drop()) > 0);
    for (;;) {
      const joinable = await this.orphans.joinable();
      if (joinable.length === 0) break;
      for (const [tenantId, own] of Map.groupBy(joinable, (one) => one.tenantId)) {
        await this.facts.record(tenantId, own);
      }
      await this.orphans.forget(joinable);
    }
    const lost = await this.orphans.expire(new Date(now.getTime() - orphanLifeMs));
    for (const [tenantId, own] of Map.groupBy(lost, (one) => one.tenantId)) {
      await this.around.add(
        tenantId,
        own.map(() => 'message-never-came'),
      );
    }
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
