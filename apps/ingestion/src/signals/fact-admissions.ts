import { Injectable } from '@nestjs/common';
import { type Admission, ConsentGate } from '../consent-gate/consent-gate.ts';
import type { AttributedSignal } from './attributed-signal.ts';
import { CountMessages } from './message-counts/count-messages.ts';

/** Which facts may be kept; of those that may not, messages of ours are counted. */
@Injectable()
export class FactAdmissions {
  constructor(
    private readonly gate: ConsentGate,
    private readonly counts: CountMessages,
  ) {}

  /** One answer a fact, in order; what is counted is durable when it resolves. */
  async admit(tenantId: string, facts: readonly AttributedSignal[]): Promise<Admission[]> {
    const admissions = await this.#ask(tenantId, facts);
    const refused = facts.filter((_, nth) => admissions[nth] === 'consent-missing');
    await this.counts.count(tenantId, refused);
    return admissions;
  }

  /** Who was named by identities is looked up; who is known by id is only asked for consent. */
  async #ask(tenantId: string, facts: readonly AttributedSignal[]): Promise<Admission[]> {
    const named = facts.flatMap(({ who, signal }) =>
      'contactId' in who ? [] : [{ who, at: Date.parse(signal.occurredAt) }],
    );
    const known = facts.flatMap(({ who }) => ('contactId' in who ? [who.contactId] : []));
    const [byName, byId] = await Promise.all([
      this.gate.admit(
        tenantId,
        named.map(({ who }) => who),
        named.map(({ at }) => at),
      ),
      this.gate.admitContacts(tenantId, known),
    ]);
    let [nextName, nextId] = [0, 0];
    return facts.map(
      ({ who }) =>
        ('contactId' in who ? byId[nextId++] : byName[nextName++]) ?? ('contact-unknown' as const),
    );
  }
}
