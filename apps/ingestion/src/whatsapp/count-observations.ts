import { Injectable } from '@nestjs/common';
import type { WithoutEffect } from '@tact/contracts';
import { DoubtfulWishes } from '../signals/doubtful-wishes.ts';
import { WithoutEffectCounters } from '../signals/without-effect-counters.ts';

/** What is counted of a reading once it is durable: what had no effect, and what a human must look at. */
@Injectable()
export class CountObservations {
  constructor(
    private readonly without: WithoutEffectCounters,
    private readonly doubts: DoubtfulWishes,
  ) {}

  add(tenantId: string, reasons: readonly WithoutEffect[]): Promise<void> {
    return this.without.add(tenantId, reasons);
  }

  doubt(tenantId: string, wishes: number): Promise<void> {
    return this.doubts.add(tenantId, wishes);
  }
}
