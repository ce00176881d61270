import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { CensoredWindow, Outcome, SignalFact } from '@tact/domain';
import { Database } from '@tact/platform';
import { Facts, textOfKey } from '../facts/facts.ts';
import { isExcluded } from '../exclusions/training-exclusions.ts';
import { Outcomes } from './outcomes.ts';
import { incidentsOf } from '../incidents/tenant-incidents.ts';

/** Someone a model may be taught and judged by. */
export type Person = {
  readonly contactId: string;
  readonly facts: readonly SignalFact[];
  readonly outcomes: readonly Outcome[];
  /** Of the tenant: when nobody could be heard. */
  readonly incidents: readonly CensoredWindow[];
};

const READ_AT_ONCE = 100;
/** Of more people a fit would take hours and learn nothing. Ids are random: the first are a fair sample. */
const PEOPLE_MAX = 20_000;

const eligible = `SELECT DISTINCT contact_id FROM facts
  WHERE tenant_id = $1 AND contact_id > $2 AND NOT EXISTS (SELECT FROM left_out
    WHERE left_out.tenant_id = facts.tenant_id AND left_out.contact_id = facts.contact_id
      AND ${isExcluded})
  ORDER BY contact_id LIMIT $3`;

/** The people of a tenant, without who objected, withdrew or is erased, a few at a time. */
@Injectable()
export class TrainingSet {
  constructor(
    private readonly database: Database,
    private readonly facts: Facts,
    private readonly outcomes: Outcomes,
  ) {}

  /** Whether there are this many at least. */
  async areAtLeast(tenantId: string, count: number): Promise<boolean> {
    return (await this.#idsAfter(tenantId, '', count)).length === count;
  }

  /** Each once, in the order of their ids. An erased person's facts do not open: there is nobody to read. */
  async *of(tenantId: string, signal: AbortSignal): AsyncGenerator<Person> {
    const incidents = (await incidentsOf(this.database.queryable, [{ tenantId }]))(tenantId);
    let last = '';
    for (let read = 0; read < PEOPLE_MAX; read += READ_AT_ONCE) {
      const contactIds = await this.#idsAfter(tenantId, last, READ_AT_ONCE);
      const keys = contactIds.map((contactId) => ({ tenantId, contactId }));
      const [facts, outcomes] = await Promise.all([this.facts.of(keys), this.outcomes.of(keys)]);
      for (const key of keys) {
        signal.throwIfAborted();
        const own = facts.get(textOfKey(key)) ?? [];
        const ownOutcomes = outcomes.get(textOfKey(key)) ?? [];
        if (own.length === 0) continue;
        // Requests are answered between two people.
        await breathe();
        const { contactId } = key;
        yield {
          contactId,
          facts: own,
          incidents,
          outcomes: ownOutcomes.map(({ kind, at }) => ({ kind, at: Date.parse(at) })),
        };
      }
      const end = contactIds.at(-1);
      if (end === undefined) return;
      last = end;
    }
  }

  async #idsAfter(tenantId: string, after: string, limit: number): Promise<string[]> {
    const rows = await this.database.queryable.query<{ contact_id: string }>(eligible, [
      tenantId,
      after,
      limit,
    ]);
    return rows.map((row) => row.contact_id);
  }
}
