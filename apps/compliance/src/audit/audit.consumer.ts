import { Injectable } from '@nestjs/common';
import { type Reading, typesRead } from '@tact/contracts';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { AuditChain, type ReportedAct } from './audit-chain.ts';

const reads = { ActRecorded: true } as const satisfies Reading<'audit.v1'>;
const types = typesRead(reads);
type Type = (typeof types)[number];

const reportedAct = (event: ConsumedEvent<Type>): ReportedAct => {
  const { id, tenantid, subject, time, source } = event;
  const { act, actor, about, changed, shown, justification, eventId, eventSha256 } = event.data;
  return {
    actId: id,
    tenantId: tenantid,
    subject,
    at: new Date(time).toISOString(),
    act,
    actor,
    about,
    changed,
    shown,
    // Of an erased person it reads as a mark, and of nobody else.
    reason: typeof justification === 'string' ? justification : undefined,
    event: { id: eventId, source, sha256: eventSha256 },
  };
};

/** Chains what every service says was done. */
@Injectable()
export class AuditConsumer implements Consumer<Type> {
  readonly group = 'compliance.audit';
  readonly topics = ['audit.v1'] as const;
  readonly types = types;
  /** The chain commits to the reason, and seals it anew. */
  readonly personalData = 'opened';

  constructor(private readonly chain: AuditChain) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    await this.chain.append(tx, events.map(reportedAct));
  }
}
