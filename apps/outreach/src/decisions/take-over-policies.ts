import { Injectable } from '@nestjs/common';
import {
  carriedOf,
  type ContactPolicyState,
  suppressedSince,
  suppressionScopes,
} from '@tact/domain';
import { Clock, type ConsumedEvent, type Queryable, Vault } from '@tact/platform';
import { ContactPolicies, type PolicyFact } from '../ledger/contact-policies.ts';
import { lockCounts, lockOwners } from '../ledger/counted-messages.ts';
import { formatConsentId } from '../ledger/consent-id.ts';

export type ContactChange = ConsumedEvent<'ContactsMerged' | 'ContactsSplit'>;

/** Who takes over, and whose ledger: of a merge the survivor does, of a split whoever leaves. */
const partsOf = (event: ContactChange) => {
  const { contactId, otherContactId } = event.data;
  return event.type === 'ContactsMerged'
    ? { into: contactId, from: otherContactId, because: 'merge' as const }
    : { into: otherContactId, from: contactId, because: 'split' as const };
};
/** Whose ledger is told something: of a split, the one that was left too. */
const ledgersOf = ({ into, from, because }: ReturnType<typeof partsOf>): readonly string[] =>
  because === 'split' ? [into, from] : [into];
/** `at` is by the ledger's own clock: whatever it is told from then on is later. */
type Parts = ReturnType<typeof partsOf> & { readonly at: string };

/** A refusal is carried with its own time, unless the other one asked to be written to again since: then it is the later. */
const carriedAt = (own: ContactPolicyState, { at }: Parts, refusedAt: string): string => {
  const lifts = suppressionScopes.flatMap((scope) =>
    Object.values(own.suppressions[scope]?.liftedOn ?? {}),
  );
  return lifts.some((lift) => Date.parse(lift) >= Date.parse(refusedAt)) ? at : refusedAt;
};

/**
 * What one contact refused, withdrew and received holds for the other, from the first decision on: until the ledger says
 * so, nothing is allowed. Refusals and withdrawals are facts of the one that takes over, so that every service hears.
 */
@Injectable()
export class TakeOverPolicies {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** First in the consumer's transaction: it holds all of them alone, which nobody can while sharing them. */
  async run(tx: Queryable, changes: readonly ContactChange[]): Promise<void> {
    if (changes.length === 0) return;
    const named = changes.map(partsOf);
    const ids = named.flatMap(({ into, from }) => [into, from]);
    await lockOwners(tx, ids, 'alone');
    // Who takes over, or was left, may have become part of somebody else since, whose ledger then does.
    const survivors = await this.vault.survivorsOf(named.flatMap(ledgersOf), tx);
    await lockOwners(tx, [...survivors.values()], 'alone');
    await lockCounts(tx, [...ids, ...survivors.values()], 'alone');
    const at = this.clock.now().toISOString();
    for (const [nth, change] of changes.entries()) {
      const parts = named[nth];
      if (parts === undefined) continue;
      const into = survivors.get(parts.into) ?? parts.into;
      const own = await this.policies.stateIn(tx, into);
      const other = await this.policies.stateIn(tx, parts.from);
      await this.policies.runIn(tx, this.#factsOf(change, { ...parts, into, at }, { own, other }));
      await this.vault.settleTakeOver(tx, [parts.into, into], parts.from);
      if (parts.because === 'split') await this.#leave(tx, change, { ...parts, at }, survivors);
    }
  }

  /** Who was left agreed to nothing for certain: it may have been given by the one who left. All else stays as it is. */
  async #leave(
    tx: Queryable,
    cause: ContactChange,
    { from, into: otherContactId, because, at }: Parts,
    survivors: ReadonlyMap<string, string>,
  ): Promise<void> {
    const contactId = survivors.get(from) ?? from;
    const { timeZone } = await this.policies.stateIn(tx, contactId);
    const zone = timeZone === undefined ? {} : { timeZone };
    const nothing = { suppressions: [], consents: [], messages: [], ...zone };
    const command = { kind: 'take-over' as const, contactId, otherContactId, because, at };
    const id = this.vault.factId('take-over', cause.id, 'left');
    await this.policies.runIn(tx, [{ id, command: { ...command, ...nothing }, cause }]);
    await this.vault.settleTakeOver(tx, [from, contactId], otherContactId);
  }

  #factsOf(
    cause: ContactChange,
    parts: Parts,
    { own, other }: { readonly own: ContactPolicyState; readonly other: ContactPolicyState },
  ): readonly PolicyFact[] {
    const { into: contactId, from: otherContactId, at, because } = parts;
    const takeOver = { contactId, otherContactId, because, at, ...carriedOf(other) };
    return [
      {
        id: this.vault.factId('take-over', cause.id),
        command: { kind: 'take-over', ...takeOver },
        cause,
      },
      ...suppressionScopes.flatMap((scope): readonly PolicyFact[] => {
        const since = suppressedSince(other.suppressions, scope);
        if (since === undefined) return [];
        const refusal = { contactId, scope, ground: 'objection' as const };
        const command = {
          kind: 'suppress' as const,
          ...refusal,
          at: carriedAt(own, parts, since),
        };
        return [{ id: this.vault.factId('take-over', cause.id, scope), command, cause }];
      }),
      ...takeOver.consents.flatMap((consent): readonly PolicyFact[] => {
        const { purpose, channel, state, leftAt } = consent;
        if (state !== 'withdrawn') return [];
        const id = this.vault.factId('take-over', cause.id, purpose, channel);
        const withdrawal = { contactId, purpose, channel, consentId: formatConsentId(id) };
        const proof = { source: `withdrawn as ${otherContactId}, which is the same person` };
        const byHer = leftAt === undefined ? {} : { by: 'person' as const };
        const command = { kind: 'withdraw-consent' as const, ...withdrawal, proof, at, ...byHer };
        return [{ id, command, cause }];
      }),
    ];
  }
}
