import { Injectable } from '@nestjs/common';
import {
  contactPolicyDecider,
  type ContactPolicyEvent,
  suppressedSince,
  suppressionScopes,
} from '@tact/domain';
import { BehindConsumers, EventStore, ProblemError, Vault } from '@tact/platform';
import { ledgerWordsGroup } from './ledger-words.consumer.ts';
import { type OwnEvent, ownEvents } from '../wishes/own-events.ts';
import { wordsOf } from '../wishes/own-words.ts';
import { LedgerWords } from './ledger-words.ts';

/** A person's facts by the id that stayed, and by each that was merged into it. */
export type KnownFacts = {
  readonly own: readonly OwnEvent[];
  readonly parts: readonly (readonly OwnEvent[])[];
};

/** A person changes numbers a few times in a life. */
const LINKS_FOLLOWED_MAX = 20;

/**
 * Everything known of what a person wishes: what was heard here, what the ledger told, and what was refused under earlier
 * contacts, as the ledger carries it over. Each word stands by its own time, so neither order nor repetition matters, and
 * nothing that a decision denies by is missing: where both hear of it, here is where it is heard first.
 */
@Injectable()
export class ContactWords {
  constructor(
    private readonly store: EventStore,
    private readonly ledger: LedgerWords,
    private readonly behind: BehindConsumers,
    private readonly vault: Vault,
  ) {}

  /** `own` are the person's facts by this id; `parts` those by ids that were merged into it, of which refusals hold. */
  async of(
    tenantId: string,
    contactId: string,
    { own, parts }: KnownFacts,
  ): Promise<readonly ContactPolicyEvent[]> {
    // What was missed may be a refusal, and a view without it would be believed.
    if (this.behind.of(ledgerWordsGroup) !== undefined) throw new ProblemError('unavailable');
    const recorded = await this.ledger.of(tenantId, contactId);
    const carried = await this.#carried(own, new Set([contactId]));
    const merged = await Promise.all(
      parts.map(async (facts) => {
        const words = [...facts.flatMap(wordsOf), ...(await this.#carried(facts, new Set()))];
        return refusedBy(words, contactId);
      }),
    );
    return [...own.flatMap(wordsOf), ...recorded, ...carried, ...merged.flat()];
  }

  /** What ingestion knows of a person, by the id that stayed and by those that became part of it. */
  async factsOf(tenantId: string, contactId: string): Promise<KnownFacts> {
    const ids = await this.vault.mergedInto(tenantId, contactId);
    const [own = [], ...parts] = await Promise.all(
      [contactId, ...ids].map((id) => ownEvents(this.store, id)),
    );
    return { own, parts };
  }

  /** What stood under an earlier contact when the person left it. What is refused there later is somebody else's. */
  async #carried(
    own: readonly OwnEvent[],
    seen: Set<string>,
  ): Promise<readonly ContactPolicyEvent[]> {
    const words: ContactPolicyEvent[] = [];
    for (const event of own) {
      if (event.type !== 'ContactLinked' || event.data.direction !== 'previous') continue;
      const { contactId, otherContactId, occurredAt } = event.data;
      if (seen.has(otherContactId) || seen.size > LINKS_FOLLOWED_MAX) continue;
      seen.add(otherContactId);
      const earlier = await ownEvents(this.store, otherContactId);
      const before = [...earlier.flatMap(wordsOf), ...(await this.#carried(earlier, seen))];
      words.push(...refusedBy(before, contactId, occurredAt));
    }
    return words;
  }
}

const refusedBy = (
  words: readonly ContactPolicyEvent[],
  contactId: string,
  leftAt?: string,
): readonly ContactPolicyEvent[] => {
  const { suppressions } = words.reduce(
    contactPolicyDecider.evolve,
    contactPolicyDecider.initial(),
  );
  return suppressionScopes.flatMap((scope): readonly ContactPolicyEvent[] => {
    const at = suppressedSince(suppressions, scope);
    if (at === undefined) return [];
    if (leftAt !== undefined && Date.parse(at) > Date.parse(leftAt)) return [];
    return [{ type: 'ContactSuppressed', data: { contactId, scope, ground: 'objection', at } }];
  });
};
