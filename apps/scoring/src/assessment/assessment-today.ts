import { Injectable } from '@nestjs/common';
import { Clock, queryableOf } from '@tact/platform';
import { DataSource } from 'typeorm';
import { assess, dayOf } from './assess-contacts.ts';
import { BlockLikelihoodTable } from './block-likelihood.table.ts';
import { AssessmentQueue } from './queue.ts';
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

  /** Undefined for who has no fact. */
  async of({ tenantId, contactId }: ContactKey) {
    const key = { tenantId, contactId };
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
    return assess(facts.get(textOfKey(key)) ?? [], day, known(tenantId));
  }
}
