import { Injectable } from '@nestjs/common';
import {
  type Again,
  Clock,
  type Job,
  type LeasedJobHandler,
  type LeasedWork,
} from '@tact/platform';
import { dropMessages } from './jobs.ts';
import { MessageFollower } from './message-watch.ts';

const PATIENCE_MS = 5_000;

/** Tells of the messages of an hour that WhatsApp will have dropped, when the hour has come. */
@Injectable()
export class DropMessages implements LeasedJobHandler {
  readonly kind = dropMessages;

  constructor(
    private readonly follower: MessageFollower,
    private readonly clock: Clock,
  ) {}

  async run(_: Job, { signal }: LeasedWork): Promise<Again> {
    const now = this.clock.now();
    const isDone = await this.follower.follow(now, signal);
    return isDone ? undefined : { runAt: new Date(now.getTime() + PATIENCE_MS) };
  }
}
