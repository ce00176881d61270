import { Injectable } from '@nestjs/common';
import { type EventDataOf, type Identities, identityKinds, isErased } from '@tact/contracts';
import { EventStore, type LeasedJobHandler, type LeasedWork, Vault } from '@tact/platform';
import { IdentityConflicts } from './identity-conflicts.ts';
import { findJoinedBefore } from './jobs.ts';

const AT_ONCE = 200;

type Story = EventDataOf<'ContactRegistered' | 'ContactUpdated'>;

/** Different values of one kind that a person has one of, as registrations and updates named them. */
const hasSeveral = (stories: readonly Identities[], strong: ReadonlySet<string>): boolean =>
  identityKinds
    .filter((kind) => strong.has(kind))
    .some((kind) => {
      const values = stories.flatMap((identities) => {
        const value: unknown = identities[kind];
        return value === undefined || isErased(value) ? [] : [JSON.stringify(value)];
      });
      return new Set(values).size > 1;
    });

/**
 * Earlier versions took whoever shared an address, or an id of two CRMs, for one person. Whom they joined cannot be known
 * from the index; that a contact was told two numbers or two ids is. Such contacts stay as they are, and a person looks.
 */
@Injectable()
export class FindJoinedBefore implements LeasedJobHandler {
  readonly kind = findJoinedBefore;

  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly conflicts: IdentityConflicts,
  ) {}

  /** From the beginning when it is run again: what was found is found once. */
  async run(_: unknown, { signal }: Pick<LeasedWork, 'signal'>): Promise<void> {
    let after: { readonly tenantId: string; readonly contactId: string } | undefined;
    while (!signal.aborted) {
      const page = await this.vault.contactsWithSeveral({ after, limit: AT_ONCE });
      for (const one of page) await this.#look(one);
      after = page.at(-1);
      if (after === undefined) return;
    }
  }

  async #look({
    tenantId,
    contactId,
    kinds,
  }: {
    readonly tenantId: string;
    readonly contactId: string;
    readonly kinds: readonly string[];
  }): Promise<void> {
    const { events } = await this.store.load(`contact-${contactId}`);
    const stories = events.flatMap(({ type, data }) =>
      type === 'ContactRegistered' || type === 'ContactUpdated' ? [(data as Story).identities] : [],
    );
    // Two spellings of one number are two rows of the index, and one story.
    if (!hasSeveral(stories, new Set(kinds))) return;
    await this.store.transaction((tx) => this.conflicts.keepJoined(tx, tenantId, contactId));
  }
}
