import { Injectable } from '@nestjs/common';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { Announcements, type Cause } from '../announcements.ts';
import { Assessor } from '../assessor.ts';
import { lockProjection } from '../block-likelihoods.ts';
import { type ContactKey, Facts, textOfKey } from '../facts.ts';
import { DueAssessments } from '../due-assessments.ts';

/** So many contacts at once are no conversation but an import or a backlog: more facts of theirs are on the way. */
const AT_ONCE_MAX = 24;

const causeOf = ({ id, correlationid, traceparent }: ConsumedEvent): Cause => ({
  correlationId: correlationid,
  causationId: id,
  ...(traceparent === undefined ? {} : { traceparent }),
});

/**
 * Facts in, likelihoods out, in one transaction: the facts kept, the rows of who they touch, the announcements.
 * Under a backlog the facts alone, and whoever they touch is due.
 */
@Injectable()
export class BlockLikelihoodConsumer implements Consumer {
  readonly group = 'scoring.block-likelihood';
  readonly topics = ['contact-signals.v1'];
  readonly types = ['SignalRecorded'];

  constructor(
    private readonly facts: Facts,
    private readonly assessor: Assessor,
    private readonly due: DueAssessments,
    private readonly announcements: Announcements,
  ) {}

  async handle(
    tx: Queryable,
    events: readonly ConsumedEvent[],
    signal?: AbortSignal,
  ): Promise<void> {
    await lockProjection(tx, 'shared');
    // Only who has a fact that was not known: a replay leaves every row as it is, its day included.
    const touched = await this.facts.keep(tx, events);
    if (touched.length === 0) return;
    if (touched.length > AT_ONCE_MAX) return this.due.defer(tx, touched);
    await this.assessor.assess(tx, touched, signal);
    const latest = new Map(events.map((event) => [keyText(event), causeOf(event)]));
    await this.announcements.announce(tx, touched, (key) => latest.get(textOfKey(key)) ?? {});
  }
}

const keyText = ({ tenantid, data }: ConsumedEvent): string =>
  textOfKey({ tenantId: tenantid, contactId: (data as Pick<ContactKey, 'contactId'>).contactId });
