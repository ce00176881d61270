import { Injectable } from '@nestjs/common';
import type { OutcomeLine } from '@tact/contracts';
import { NamedContacts, Vault } from '@tact/platform';
import { TrainingExclusions } from '../exclusions/training-exclusions.ts';
import type { RecordedOutcome } from './outcomes.ts';

/** Whose outcomes lines are, as far as anything may be kept of these people. */
@Injectable()
export class OutcomeOwners {
  constructor(
    private readonly contacts: NamedContacts,
    private readonly exclusions: TrainingExclusions,
    private readonly vault: Vault,
  ) {}

  /** Nothing of a stranger, and of who objected; nor of a name that several have, for the answer must not say so. */
  async outcomesOf(
    tenantId: string,
    lines: readonly OutcomeLine[],
  ): Promise<readonly RecordedOutcome[]> {
    const ids = await this.contacts.idsOf(tenantId, lines);
    const asked = [...new Set(ids.flatMap((id) => id ?? []))];
    const known = await this.vault.knownAmong(tenantId, asked);
    const silent = await this.exclusions.among(tenantId, asked);
    const outcomes = lines.flatMap(({ id, kind, at }, nth): readonly RecordedOutcome[] => {
      const contactId = ids[nth];
      if (contactId === undefined || !known.has(contactId) || silent.has(contactId)) return [];
      const eventId = this.vault.factId(tenantId, 'outcome', id);
      return [{ eventId, data: { contactId, kind, at } }];
    });
    // Within one call the first line of an id stands, as it would in two calls.
    return [...new Map(outcomes.toReversed().map((one) => [one.eventId, one])).values()];
  }
}
