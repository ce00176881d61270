import { Injectable } from '@nestjs/common';
import { ChangeIdentities } from './change-identities.ts';
import { WithoutEffectCounters } from '../signals/without-effect-counters.ts';
import { Orphans } from './lifecycle/orphans.ts';
import { JudgeCodes } from '../signals/error-codes.ts';

/** What a reading touches besides the facts themselves. */
@Injectable()
export class AroundObservations {
  constructor(
    readonly identities: ChangeIdentities,
    readonly orphans: Orphans,
    readonly codes: JudgeCodes,
    readonly counters: WithoutEffectCounters,
  ) {}
}
