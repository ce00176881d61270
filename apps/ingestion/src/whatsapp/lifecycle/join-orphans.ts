import { Injectable } from '@nestjs/common';
import { DAY_MS } from '@tact/contracts';
import { WithoutEffectCounters } from '../../signals/without-effect-counters.ts';
import { JudgeCodes } from '../../signals/error-codes.ts';
import { Orphans } from './orphans.ts';
import { RecordFacts } from '../../signals/record-facts.ts';

/** WhatsApp repeats its webhooks for seven days; a message that has not turned up by then never will. */
const ORPHAN_LIFE_MS = 7 * DAY_MS;
/** As long as a fact waits for its time. */
const AHEAD_MS_MAX = 30 * DAY_MS;

/** Failures that named nobody: told as soon as their message is known, counted once it can come no more. */
@Injectable()
export class JoinOrphans {
  constructor(
    private readonly orphans: Orphans,
    private readonly facts: RecordFacts,
    private readonly codes: JudgeCodes,
    private readonly counters: WithoutEffectCounters,
  ) {}

  /** Tells of those whose message is known by now. */
  async join(): Promise<void> {
    for (;;) {
      const joinable = await this.orphans.joinable();
      if (joinable.length === 0) break;
      for (const [tenantId, own] of Map.groupBy(joinable, (one) => one.tenantId)) {
        // A code floods whatever way its failures take.
        const results = await this.codes.record(tenantId, own, (some) =>
          this.facts.record(tenantId, some),
        );
        const without = results.filter((one) => one !== 'recorded' && one !== 'duplicate');
        await this.counters.add(tenantId, without);
      }
      await this.orphans.forget(joinable);
    }
  }

  /** Counts those whose message comes no more. */
  async expire(now: Date): Promise<void> {
    const lost = await this.orphans.expire({
      before: new Date(now.getTime() - ORPHAN_LIFE_MS),
      after: new Date(now.getTime() + AHEAD_MS_MAX),
    });
    for (const [tenantId, own] of Map.groupBy(lost, (one) => one.tenantId)) {
      await this.counters.add(
        tenantId,
        own.map(({ reason }) => reason),
      );
    }
  }
}
