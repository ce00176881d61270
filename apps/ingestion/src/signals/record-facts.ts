import { Injectable } from '@nestjs/common';
import type { SignalRecorded } from '@tact/contracts';
import { type AppendResult, EventStore, type StreamAppend, SubjectErased } from '@tact/platform';
import type { Admission } from '../consent-gate/consent-gate.ts';
import { type AttributedSignal, isDatedAhead, type Recorded } from './attributed-signal.ts';
import { FactsAhead } from './facts-ahead/facts-ahead.ts';
import { ReceiveWishes } from '../wishes/receive-wishes.ts';
import { FactAdmissions } from './fact-admissions.ts';
import { receivedNow } from './received-now.ts';

/** So many facts hold more than the store lets wait: given all at once, such a webhook would be 503 for ever. */
const APPENDS_AT_ONCE_MAX = 2_000;

/** The one way a contact's signal gets in, whoever observed it: through the consent gate, into the person's stream. */
@Injectable()
export class RecordFacts {
  constructor(
    private readonly admissions: FactAdmissions,
    private readonly store: EventStore,
    private readonly wishes: ReceiveWishes,
    private readonly ahead: FactsAhead,
  ) {}

  /** One answer a fact, in order; durable when it resolves. */
  async record(tenantId: string, given: readonly AttributedSignal[]): Promise<Recorded[]> {
    const { now } = this.ahead;
    const facts = given.map((fact) => receivedNow(fact, now));
    // First: a process that dies behind it is told again, and a refusal is the one thing that cannot wait.
    await this.wishes.receive(tenantId, facts);
    const admissions = await this.admissions.admit(tenantId, facts);
    const results: Recorded[] = [];
    for (let from = 0; from < facts.length; from += APPENDS_AT_ONCE_MAX) {
      const some = facts.slice(from, from + APPENDS_AT_ONCE_MAX);
      // One queue commits them together; each is a fact of its own, so a repeated webhook may find some done.
      results.push(
        ...(await Promise.all(
          some.map((fact, nth) => this.#recordOne(tenantId, { fact, now }, admissions[from + nth])),
        )),
      );
    }
    return results;
  }

  /** The wishes of facts alone, for where the facts must wait. */
  async receiveWishes(tenantId: string, given: readonly AttributedSignal[]): Promise<void> {
    const { now } = this.ahead;
    await this.wishes.receive(
      tenantId,
      given.map((fact) => receivedNow(fact, now)),
    );
  }

  async #recordOne(
    tenantId: string,
    { fact, now }: { readonly fact: AttributedSignal; readonly now: Date },
    admission: Admission | undefined,
  ): Promise<Recorded> {
    if (typeof admission !== 'object') return admission ?? 'contact-unknown';
    const { contactId } = admission;
    try {
      if (isDatedAhead(Date.parse(fact.signal.occurredAt), now)) {
        await this.ahead.keep(tenantId, { ...fact, contactId });
        return 'waits-for-its-time';
      }
      const { duplicate } = await this.#append(tenantId, fact, contactId);
      return duplicate ? 'duplicate' : 'recorded';
    } catch (error) {
      if (!(error instanceof SubjectErased)) throw error;
      return 'contact-erased';
    }
  }

  #append(
    tenantId: string,
    { eventId, signal }: AttributedSignal,
    contactId: string,
  ): Promise<AppendResult> {
    return this.store.append(signalAppend({ tenantId, contactId, eventId, signal }));
  }
}

type Signal = {
  readonly tenantId: string;
  readonly contactId: string;
  readonly eventId: string;
  readonly signal: Omit<SignalRecorded, 'contactId'>;
};

/** The append of one signal to its person's stream. */
export const signalAppend = ({ tenantId, contactId, eventId, signal }: Signal): StreamAppend => ({
  stream: `contact-${contactId}`,
  expected: 'any',
  events: [
    {
      id: eventId,
      type: 'SignalRecorded',
      time: signal.occurredAt,
      data: { contactId, ...signal },
    },
  ],
  context: { tenantId, subject: contactId },
});
