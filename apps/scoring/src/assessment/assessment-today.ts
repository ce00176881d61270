import { Injectable } from '@nestjs/common';
import { Clock, queryableOf } from '@tact/platform';
import { DataSource } from 'typeorm';
import { assess, dayOf } from './assess-contacts.ts';
import { BlockLikelihoodTable } from './block-likelihood.table.ts';
import { AssessmentQueue } from './queue.ts';
import { excludedAmong } from '../exclusions/training-exclusions.ts';
import { type ContactKey, Facts, textOfKey } from '../facts/facts.ts';
import { knowledgeOf } from './tenant-knowledge.ts';

/** The assessment of one contact as of today, from its row where that is up to date, else from its facts. */
@Injectable()
export class AssessmentToday {
  constructor(
    private readonly rows: DataSource,
    private readonly facts: Facts,
    private readonly queue: AssessmentQueue,
    private readonly clock: Clock,
  ) {}

  /** Undefined for who has no fact, and for who may not be analysed, whatever is still marked or kept of them. */
  async of({ tenantId, contactId }: ContactKey) {
    const assessed = await this.#assessed({ tenantId, contactId });
    if (assessed === undefined) return undefined;
    // Asked last: an exclusion that is committed while the rest is read counts too.
    const excluded = await excludedAmong(queryableOf(this.rows.manager), tenantId, [contactId]);
    return excluded.has(contactId) ? undefined : assessed;
  }

  async #assessed(key: ContactKey) {
    const today = dayOf(this.clock.now());
    // Asked first: a mark that goes meanwhile leaves a row that is up to date.
    const isQueued = await this.queue.isQueued(key);
    const row = await this.rows.getRepository(BlockLikelihoodTable).findOneBy(key);
    if (!row && !isQueued) return undefined;
    // Silence since the row was written counts too.
    if (row && !isQueued && row.asOfDay >= today) {
      return { assessment: row.assessment, at: row.asOf.toISOString() };
    }
    const facts = await this.facts.of([key]);
    const day = row && row.asOfDay > today ? row.asOfDay : today;
    const known = await knowledgeOf(queryableOf(this.rows.manager), [key]);
    return assess(facts.get(textOfKey(key)) ?? [], day, known(key.tenantId));
  }
}
