import { Injectable } from '@nestjs/common';
import type { WithoutEffect } from '@tact/contracts';
import { Vault } from '@tact/platform';
import type { AttributedSignal } from '../signals/attributed-signal.ts';
import { doubtsAmong } from '../signals/doubtful-wishes.ts';
import { JudgeCodes } from '../signals/error-codes.ts';
import { RecordFacts } from '../signals/record-facts.ts';
import { Orphans } from './lifecycle/orphans.ts';
import type { Observation, OrphanFailure } from './reading/parts.ts';
import type { Reading } from './whatsapp.ts';

type Observed = Omit<Observation, 'about' | 'identities'> | OrphanFailure;

type Recording = {
  readonly facts: number;
  readonly withoutEffect: readonly WithoutEffect[];
  /** Wishes that are in doubt, and that a human must look at. */
  readonly doubts: number;
};

/** What a webhook tells of people: of who is named, and of who is found by the message that a failure is about. */
@Injectable()
export class RecordContactSignals {
  constructor(
    private readonly vault: Vault,
    private readonly orphans: Orphans,
    private readonly codes: JudgeCodes,
    private readonly facts: RecordFacts,
  ) {}

  /** Durable when it resolves. Resolves with the number of facts that had a person, and why others changed nothing. */
  async record(
    tenantId: string,
    { observations, orphans }: Pick<Reading, 'observations' | 'orphans'>,
  ): Promise<Recording> {
    const joined = await this.orphans.place(
      tenantId,
      orphans.map((orphan) => ({ ...this.#factOf(tenantId, orphan), wamid: orphan.wamid })),
    );
    const facts = [
      ...observations.map((one) => ({ ...this.#factOf(tenantId, one), who: one.identities })),
      ...joined,
    ];
    const results = await this.codes.record(tenantId, facts, (some) =>
      this.facts.record(tenantId, some),
    );
    const withoutEffect = [
      ...results.filter((result) => result !== 'recorded' && result !== 'duplicate'),
      ...Array.from({ length: orphans.length - joined.length }, () => 'waits-for-message' as const),
    ];
    return { facts: facts.length, withoutEffect, doubts: doubtsAmong(facts, results) };
  }

  /**
   * The wishes of people who are named, and nothing else of what a webhook tells. What a code says waits for `record`, which
   * knows whether the code floods.
   */
  async receiveWishes(
    tenantId: string,
    { observations }: Pick<Reading, 'observations'>,
  ): Promise<void> {
    const worded = observations.filter(({ code }) => code === undefined);
    await this.facts.receiveWishes(
      tenantId,
      worded.map((one) => ({ ...this.#factOf(tenantId, one), who: one.identities })),
    );
  }

  #factOf(tenantId: string, observed: Observed): Omit<AttributedSignal, 'who'> {
    const { kind, occurredAt, wamid, factKey, sender, code } = observed;
    const { messageCategory, inboundType, backfill } = observed;
    return {
      eventId: this.vault.factId(tenantId, 'whatsapp', ...factKey),
      signal: {
        kind,
        occurredAt: new Date(occurredAt).toISOString(),
        origin: 'whatsapp-webhook',
        ...(wamid === undefined ? {} : { messageRef: this.vault.messageRef(tenantId, wamid) }),
        ...(sender === undefined ? {} : { sender }),
        ...(code === undefined ? {} : { code }),
        ...(messageCategory === undefined ? {} : { messageCategory }),
        ...(inboundType === undefined ? {} : { inboundType }),
        ...(backfill === undefined ? {} : { backfill }),
      },
    };
  }
}
