import { Injectable } from '@nestjs/common';
import { ChangeIdentities, type ChangeWithoutEffect } from './change-identities.ts';
import { LearnIdentities } from './learn-identities.ts';
import type { Reading } from './whatsapp.ts';

/** What a reading says about who is who: first who goes on as whom, then what else people are called. */
@Injectable()
export class IdentityNews {
  constructor(
    private readonly changes: ChangeIdentities,
    private readonly learning: LearnIdentities,
  ) {}

  /** The reasons of changes without effect. */
  async take(
    tenantId: string,
    { identityChanges, acquaintances }: Pick<Reading, 'identityChanges' | 'acquaintances'>,
  ): Promise<ChangeWithoutEffect[]> {
    const without = await this.changes.change(tenantId, identityChanges);
    await this.learning.learn(tenantId, acquaintances);
    return without;
  }
}
