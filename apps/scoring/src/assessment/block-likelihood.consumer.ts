import { Injectable } from '@nestjs/common';
import { type Reading, typesRead } from '@tact/contracts';
import { assertNever } from '@tact/domain';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import type { Cause } from './announcements.ts';
import { lockProjection } from './locks.ts';
import { AssessmentQueue } from './queue.ts';
import { type ContactKey, Facts, type SignalEvent, textOfKey } from '../facts/facts.ts';
import { type IncidentChange, KeepIncidents } from '../incidents/keep-incidents.ts';

/** So many contacts at once are no conversation but an import or a backlog: more facts of theirs are on the way. */
const AT_ONCE_MAX = 24;

/** Of the topic's events, likelihoods follow from what was observed and from what censors it. */
const reading = {
  ContactRegistered: false,
  ContactUpdated: false,
  ContactLinked: false,
  ConsentDeclared: false,
  SignalRecorded: true,
  MessageCounted: false,
  SenderSignalRecorded: false,
  IncidentOpened: true,
  IncidentClosed: true,
  ContactSearched: false,
  ContactViewed: false,
} as const satisfies Reading<'contact-signals.v1'>;

const types = typesRead(reading);
type Type = (typeof types)[number];

const causeOf = ({ id, correlationid, traceparent }: SignalEvent): Cause => ({
  correlationId: correlationid,
  causationId: id,
  ...(traceparent === undefined ? {} : { traceparent }),
});

/**
 * Facts in, likelihoods out, in one transaction: the facts kept, the rows of who they touch, the announcements.
 * Under a backlog the facts alone, and the contacts they touch are queued. Incidents are few and come on the same topic: as a
 * group of its own, their reader would read every signal to find them.
 */
@Injectable()
export class BlockLikelihoodConsumer implements Consumer<Type> {
  readonly group = 'scoring.block-likelihood';
  readonly topics = ['contact-signals.v1'];
  readonly types = types;

  constructor(
    private readonly facts: Facts,
    private readonly queue: AssessmentQueue,
    private readonly incidents: KeepIncidents,
  ) {}

  async handle(
    tx: Queryable,
    events: readonly ConsumedEvent<Type>[],
    signal?: AbortSignal,
  ): Promise<void> {
    await lockProjection(tx, 'shared');
    const incidents: IncidentChange[] = [];
    const signals: SignalEvent[] = [];
    for (const event of events) {
      switch (event.type) {
        case 'IncidentOpened':
        case 'IncidentClosed':
          incidents.push(event);
          break;
        case 'SignalRecorded':
          signals.push(event);
          break;
        default:
          assertNever(event);
      }
    }
    if (incidents.length > 0) {
      await this.queue.deferTenants(tx, await this.incidents.keep(tx, incidents));
    }
    if (signals.length > 0) await this.#follow(tx, signals, signal);
  }

  async #follow(
    tx: Queryable,
    events: readonly SignalEvent[],
    signal?: AbortSignal,
  ): Promise<void> {
    // Only who has a fact that was not known: a replay leaves every row as it is, its day included.
    const touched = await this.facts.keep(tx, events);
    if (touched.length === 0) return;
    if (touched.length > AT_ONCE_MAX) return this.queue.defer(tx, touched);
    const latest = new Map(events.map((event) => [keyText(event), causeOf(event)]));
    const causeOfContact = (key: ContactKey): Cause => latest.get(textOfKey(key)) ?? {};
    await this.queue.assessNow(tx, touched, { causeOf: causeOfContact, signal });
  }
}

const keyText = ({ tenantid, data: { contactId } }: SignalEvent): string =>
  textOfKey({ tenantId: tenantid, contactId });
