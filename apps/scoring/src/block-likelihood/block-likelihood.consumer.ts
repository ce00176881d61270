import { Injectable } from '@nestjs/common';
import { Clock, type ConsumedEvent, type Consumer, type Queryable } from '@tact/platform';
import { dayOf, laterOf } from '../assessment.ts';
import { Announcements, type Cause } from '../announcements.ts';
import { lockProjection, lockRows, reassess } from '../block-likelihoods.ts';
import { type ContactKey, Facts, textOfKey } from '../facts.ts';

const causeOf = ({ id, correlationid, traceparent }: ConsumedEvent): Cause => ({
  correlationId: correlationid,
  causationId: id,
  ...(traceparent === undefined ? {} : { traceparent }),
});

/** Facts in, likelihoods out, in one transaction: the facts kept, the rows of who they touch, the announcements. */
@Injectable()
export class BlockLikelihoodConsumer implements Consumer {
  readonly group = 'scoring.block-likelihood';
  readonly topics = ['contact-signals.v1'];
  readonly types = ['SignalRecorded'];

  constructor(
    private readonly announcements: Announcements,
    private readonly facts: Facts,
    private readonly clock: Clock,
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
    const days = await lockRows(tx, touched);
    // A row never goes back in time, also when the clock of this process lags behind another's.
    const today = dayOf(this.clock.now());
    const dated = touched.map((key) => ({
      ...key,
      day: laterOf(today, days.get(textOfKey(key)) ?? today),
    }));
    await reassess(tx, dated, { facts: this.facts, signal });
    const latest = new Map(events.map((event) => [keyText(event), causeOf(event)]));
    await this.announcements.announce(tx, touched, (key) => latest.get(textOfKey(key)) ?? {});
  }
}

const keyText = ({ tenantid, data }: ConsumedEvent): string =>
  textOfKey({ tenantId: tenantid, contactId: (data as Pick<ContactKey, 'contactId'>).contactId });
