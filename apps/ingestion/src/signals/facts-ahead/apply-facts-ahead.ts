import { Injectable } from '@nestjs/common';
import type { ParkedGroup, Redriven } from '@tact/platform';
import { WithoutEffectCounters } from '../without-effect-counters.ts';
import { JudgeCodes } from '../error-codes.ts';
import type { Recorded } from '../attributed-signal.ts';
import { RecordFacts } from '../record-facts.ts';
import { FactsAhead, type WaitingFact } from './facts-ahead.ts';

const parkedReason = 'timestamp-in-future';
const waitingDetail = 'applied when its time has come; a redrive dates it to when it was received';
const lostDetail =
  'its time comes after the thirty days that it is kept: it is lost unless a redrive dates it to when it was received';

/** Records what was dated ahead: by itself once its time has come, or when a person redrives it, as received. */
@Injectable()
export class ApplyFactsAhead implements ParkedGroup {
  readonly group = 'ingestion-facts-ahead';

  constructor(
    private readonly waiting: FactsAhead,
    private readonly facts: RecordFacts,
    private readonly codes: JudgeCodes,
    private readonly counters: WithoutEffectCounters,
  ) {}

  async apply(now = this.waiting.now): Promise<void> {
    for (;;) {
      const due = await this.waiting.due(now);
      if (due.length === 0 || (await this.#record(due)) === 0) break;
    }
    const expired = await this.waiting.expire(now);
    for (const [tenantId, own] of Map.groupBy(expired, (one) => one.tenantId)) {
      await this.counters.add(
        tenantId,
        own.map(() => 'timestamp-in-future'),
      );
    }
  }

  async parkedKeys() {
    return (await this.waiting.waiting()).map(({ contactId, facts, since, areLost }) => ({
      topic: 'whatsapp-webhooks',
      key: contactId,
      records: facts,
      parkedAt: since,
      reason: parkedReason,
      detail: areLost ? lostDetail : waitingDetail,
      goesOnAlone: !areLost,
    }));
  }

  async holding(contactId: string) {
    const facts = await this.waiting.asReceived(contactId);
    const tenantIds = [...new Set(facts.map(({ tenantId }) => tenantId))];
    return { records: facts.length, tenantIds };
  }

  async redrive(contactId: string): Promise<Redriven> {
    const facts = await this.waiting.asReceived(contactId);
    const handled = await this.#record(facts);
    return { handled, left: facts.length - handled };
  }

  /** Forgotten only when they are durable: what a killed process recorded already is then a duplicate. */
  async #record(facts: readonly WaitingFact[]): Promise<number> {
    let done = 0;
    for (const [tenantId, own] of Map.groupBy(facts, (one) => one.tenantId)) {
      const about = own.map(({ eventId, contactId, signal }) => ({
        eventId,
        signal,
        who: { contactId },
      }));
      const results: Recorded[] = await this.codes.record(tenantId, about, (some) =>
        this.facts.record(tenantId, some),
      );
      const without = results.filter((one) => one !== 'recorded' && one !== 'duplicate');
      await this.counters.add(tenantId, without);
      // A clock that was set back meanwhile finds some of them ahead again.
      const over = own.filter((_, nth) => results[nth] !== 'waits-for-its-time');
      await this.waiting.forget(over);
      done += over.length;
    }
    return done;
  }
}
