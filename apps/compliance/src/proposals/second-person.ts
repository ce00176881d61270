import { Injectable } from '@nestjs/common';
import { decidingScopes, includesScope } from '@tact/contracts';
import { type Eyes, secondLookRefusal, type SecondLookRefusal } from '@tact/domain';
import {
  ApiKeyRegister,
  type CallerIdentity,
  Clock,
  keysOfOneHand,
  ProblemError,
  type ProposalRecord,
  Proposals,
  type Queryable,
  StaffRegister,
} from '@tact/platform';

const problems: Readonly<Record<SecondLookRefusal, string>> = {
  'same-person': 'Who proposed it does not agree to it, with whichever key: another person does.',
  'not-a-person':
    'The tenant has staff: members of it propose and agree, with a key or a session of their own, and not with a key that is nobody’s.',
  'same-key':
    'The key that proposed it does not agree to it, nor one that came of it or that it came of: somebody else does, with theirs.',
  'same-name': 'Who proposed it does not agree to it: somebody else does, under their own name.',
  expired: 'It was proposed more than 72 hours ago, or by whom it was is not there any more.',
  changed: 'What was proposed is not what you saw: look again.',
};
const refused = (why: SecondLookRefusal): ProblemError =>
  new ProblemError(why === 'changed' ? 'version-conflict' : 'unprocessable', {
    detail: problems[why],
  });

/** Somebody as four eyes see them, and since when they have been there. */
type Present = Eyes & { readonly since: Date };

/** Whether who calls may agree to what another one proposed. */
@Injectable()
export class SecondPerson {
  constructor(
    private readonly proposals: Proposals,
    private readonly staff: StaffRegister,
    private readonly keys: ApiKeyRegister,
    private readonly clock: Clock,
  ) {}

  /** Throws where their scopes do not let them judge this kind of proposal. */
  assertMayDecide({ scopes }: CallerIdentity, { kind }: ProposalRecord): void {
    const deciding = decidingScopes[kind];
    if (deciding.some((scope) => includesScope(scopes, scope))) return;
    throw new ProblemError('scope-missing', {
      detail: `To agree to this takes one of the scopes ${deciding.join(', ')}.`,
    });
  }

  async assertAgrees(
    tx: Queryable,
    caller: CallerIdentity,
    {
      proposal,
      seen,
      name,
    }: {
      readonly proposal: ProposalRecord;
      readonly seen: string;
      readonly name: string | undefined;
    },
  ): Promise<void> {
    const { tenantId, keyId, staffId, proposedAt, contentSha256 } = proposal;
    const proposedBy = await this.#present(
      tx,
      { tenantId, ...(keyId && { keyId }), ...(staffId && { staffId }) },
      await this.proposals.nameOf(proposal),
    );
    const approvedBy = await this.#present(tx, caller, name);
    // Of whoever has left nothing is gone on with.
    if (proposedBy === undefined) throw refused('expired');
    if (approvedBy === undefined) throw refused('not-a-person');
    // Else somebody makes their own second person once they know what for.
    if (approvedBy.since.getTime() >= proposedAt.getTime()) throw refused('same-person');
    const hand = await keysOfOneHand(tx, { tenantId, keyId: approvedBy.keyId });
    const isOneHand = hand.includes(proposedBy.keyId);
    const why = secondLookRefusal({
      proposedBy,
      approvedBy: isOneHand ? { ...approvedBy, keyId: proposedBy.keyId } : approvedBy,
      hasStaff: await this.staff.hasMembers(tx, tenantId),
      proposedAt: proposedAt.toISOString(),
      now: this.clock.now().toISOString(),
      content: { proposed: contentSha256, seen },
    });
    if (why !== undefined) throw refused(why);
  }

  /** Undefined for whoever works here no more, was invented beside people, or holds a key that has ended. */
  async #present(
    tx: Queryable,
    { tenantId, keyId = '', staffId }: Pick<CallerIdentity, 'tenantId' | 'keyId' | 'staffId'>,
    name = '',
  ): Promise<Present | undefined> {
    if (staffId === undefined) {
      const key = await this.keys.find(tx, { tenantId, keyId });
      return key && this.keys.works(key) ? { keyId, name, since: key.createdAt } : undefined;
    }
    const person = await this.staff.find(tx, { tenantId, staffId });
    if (person === undefined || person.dismissedAt !== null) return undefined;
    const { people } = await this.staff.numbers(tx, tenantId);
    if (person.isDemo && people > 0) return undefined;
    return { staffId, keyId, name, since: person.createdAt };
  }
}
