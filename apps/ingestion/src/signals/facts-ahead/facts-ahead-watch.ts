import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Log, ParkedRecords, Rounds, ServiceConfig } from '@tact/platform';
import type { SignalsSettings } from '../settings.ts';
import { ApplyFactsAhead } from './apply-facts-ahead.ts';

/** Looks for facts whose time has come, and shows those that wait to operators. */
@Injectable()
export class FactsAheadWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #rounds: Rounds;

  constructor(
    private readonly ahead: ApplyFactsAhead,
    private readonly parkedRecords: ParkedRecords,
    config: ServiceConfig<SignalsSettings>,
    log: Log,
  ) {
    this.#rounds = new Rounds({
      everyMs: config.values.MESSAGE_WATCH_SECONDS * 1000,
      clock: ahead.clock,
      round: () => ahead.apply(),
      ...{ log, complaint: 'facts whose time has come could not be recorded' },
    });
  }

  onApplicationBootstrap(): void {
    this.parkedRecords.watch(this.ahead);
    this.#rounds.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#rounds.stop();
  }
}
