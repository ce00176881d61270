import { Injectable } from '@nestjs/common';
import type { IdentityConflict, SettleConflictRequest } from '@tact/contracts';
import { secondLookRefusal } from '@tact/domain';
import { type CallerIdentity, EventStore, type Queryable } from '@tact/platform';
import { type Acting, ActingPerson } from './acting-person.ts';
import { problemOfApproval } from './change-problems.ts';
import { MovedIdentities } from './moved-identities.ts';
import { SettlementProposals } from './settlement-proposals.ts';

type Asked = {
  readonly conflict: IdentityConflict;
  readonly request: SettleConflictRequest;
};

/** Whoever says first whose an identity is proposes it; another person who says the same decides. */
@Injectable()
export class SecondSettlement {
  constructor(
    private readonly people: ActingPerson,
    private readonly proposals: SettlementProposals,
    private readonly store: EventStore,
    /** What the second person sets going. */
    readonly moved: MovedIdentities,
  ) {}

  /** The second person, or since when there is a first. A proposal that is too old is made anew by who calls. */
  async look(
    tx: Queryable,
    caller: CallerIdentity,
    { conflict, request }: Asked,
  ): Promise<{ readonly acting: Acting } | { readonly proposedAt: string }> {
    const { tenantId } = caller;
    const stated = { name: request.statedBy, pointer: '/statedBy' };
    const acting = await this.people.of(tx, caller, stated);
    const whose = { tenantId, conflictId: conflict.conflictId };
    const first = await this.proposals.find(tx, whose);
    const refused =
      first === undefined
        ? 'expired'
        : secondLookRefusal({
            proposedBy: first,
            approvedBy: acting,
            hasStaff: await this.people.hasStaff(tx, tenantId),
            proposedAt: first.at,
            now: acting.at,
          });
    if (refused === undefined) return { acting };
    // Of a key that was nobody's before there were people: the one who calls is a person, and the first.
    if (refused !== 'expired' && refused !== 'not-a-person') throw problemOfApproval(refused);
    const [subject = ''] = conflict.contacts;
    await this.proposals.keep(tx, whose, { subject, acting });
    await this.#note(tx, { tenantId, acting }, { conflict, request });
    return { proposedAt: acting.at };
  }

  async #note(
    tx: Queryable,
    { tenantId, acting }: { readonly tenantId: string; readonly acting: Acting },
    { conflict, request: { settlement, reason: justification } }: Asked,
  ): Promise<void> {
    const { conflictId, kind, contacts } = conflict;
    const [contactId = ''] = contacts;
    const { name: proposedBy, ...acted } = acting;
    const said = { contactId, conflictId, kind, settlement, justification };
    await this.store.appendIn(tx, [
      {
        stream: `contact-${contactId}`,
        expected: 'any',
        events: [
          { type: 'IdentityConflictSettlementProposed', data: { ...said, proposedBy, ...acted } },
        ],
        context: { tenantId, subject: contactId },
      },
    ]);
  }
}
