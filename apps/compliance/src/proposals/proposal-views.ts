import { Injectable } from '@nestjs/common';
import type { ProposalView } from '@tact/contracts';
import {
  type CallerIdentity,
  Clock,
  Database,
  openUntil,
  type ProposalRecord,
  Proposals,
  StaffRegister,
} from '@tact/platform';

/** Proposals as they are shown: with the name of who proposed, which stands in no row in clear. */
@Injectable()
export class ProposalViews {
  constructor(
    private readonly proposals: Proposals,
    private readonly staff: StaffRegister,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async of(record: ProposalRecord, caller: CallerIdentity): Promise<ProposalView> {
    const { proposalId, kind, about, content, contentSha256, proposedBy, state } = record;
    const { decidedBy, decidedAt } = record;
    const until = openUntil(record);
    const isLeft = (state === 'open' || state === 'approved') && until <= this.clock.now();
    const name = await this.#nameOf(record);
    return {
      proposalId,
      kind,
      about,
      content: content.map(({ field, value }) => ({ field, value })),
      contentSha256,
      state: isLeft ? 'expired' : state,
      proposedBy,
      ...(name === undefined ? {} : { proposedByName: name }),
      proposedAt: record.proposedAt.toISOString(),
      openUntil: until.toISOString(),
      ...(decidedBy === null ? {} : { decidedBy }),
      ...(decidedAt === null ? {} : { decidedAt: decidedAt.toISOString() }),
      isOwn: proposedBy === caller.actorId,
    };
  }

  async #nameOf(record: ProposalRecord): Promise<string | undefined> {
    const { tenantId, staffId } = record;
    if (staffId === null) return this.proposals.nameOf(record);
    const person = await this.staff.find(this.database.queryable, { tenantId, staffId });
    return person && this.staff.nameOf(person);
  }
}
