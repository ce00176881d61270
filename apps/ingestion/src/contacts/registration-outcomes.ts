import { Injectable } from '@nestjs/common';
import { EventStore, Jobs, type Queryable } from '@tact/platform';
import { IdentityConflicts } from './conflicts/identity-conflicts.ts';
import { followMovedNumber } from './follow-moved-numbers.ts';
import { FollowIdentities, type JudgedRow } from './follow-identities.ts';
import type { RegisterOptions, RegistrationRequest } from './registration-request.ts';

/** What rows come to beside their own facts: what follows from new identities, conflicts, and conflicts that are over. */
@Injectable()
export class RegistrationOutcomes {
  constructor(
    private readonly store: EventStore,
    private readonly identities: FollowIdentities,
    private readonly conflicts: IdentityConflicts,
    private readonly jobs: Jobs,
  ) {}

  /** To be called first in the transaction; `fresh`: rows that are told for the first time. */
  begin(tx: Queryable, tenantId: string, fresh: readonly RegistrationRequest[]): Promise<void> {
    return this.identities.begin(tx, tenantId, fresh);
  }

  /** The ids of what is in conflict. */
  async take(
    tx: Queryable,
    tenantId: string,
    judged: readonly JudgedRow[],
    { isRepeated = false }: RegisterOptions,
  ): Promise<ReadonlyMap<JudgedRow, string>> {
    if (!isRepeated) await this.identities.keepRefusals(tx, tenantId, judged);
    const follow = await this.identities.appendsOf(tx, tenantId, judged);
    if (follow.length > 0) await this.store.appendIn(tx, follow);
    const found = judged.flatMap((one) => {
      const { row, registration } = one;
      if (!('conflict' in registration) || registration.conflict === 'ambiguous') return [];
      const { conflict: kind, contacts } = registration;
      return [{ one, conflict: { kind, contacts, row } }];
    });
    const kept = await this.conflicts.keep(
      tx,
      tenantId,
      found.map(({ conflict }) => conflict),
    );
    const registered = judged.flatMap(({ row, registration }) =>
      'contactId' in registration ? [{ row, registration }] : [],
    );
    const moved = registered.flatMap(({ registration: { contactId, moved: kinds } }) =>
      kinds.includes('phone') ? [{ payload: { contactId }, unique: contactId }] : [],
    );
    await this.jobs.schedule(tx, followMovedNumber, ...moved);
    await this.conflicts.heal(tx, tenantId, {
      fitting: this.#newest(tenantId, judged).flatMap(({ row, registration }) =>
        'contactId' in registration ? [row] : [],
      ),
      changed: registered.flatMap(({ registration: { contactId, added, losers } }) =>
        added.length > 0 ? [contactId, ...losers] : [],
      ),
    });
    return new Map(found.map(({ one, conflict }) => [one, kept.get(conflict) ?? '']));
  }

  /**
   * Of several rows of one record the last: a conflict that came after what fits stays. One that only names its record, e.g.
   * to add a consent, says nothing of what is claimed.
   */
  #newest(tenantId: string, judged: readonly JudgedRow[]): readonly JudgedRow[] {
    const claiming = judged.filter(({ row }) => Object.keys(row.request.identities).length > 1);
    const fingerprint = ({ row }: JudgedRow) => this.conflicts.fingerprint(tenantId, row);
    return [...new Map(claiming.map((one) => [fingerprint(one), one])).values()];
  }
}
