import { Injectable } from '@nestjs/common';
import type { ContactReference, SignalLine } from '@tact/contracts';
import { Clock } from '@tact/platform';
import { type Admission, ConsentGate } from '../consent-gate/consent-gate.ts';
import { LineWishes } from './line-wishes.ts';
import { WithoutEffectCounters } from './without-effect-counters.ts';
import { type Outcome, refusedAhead } from './line-outcomes.ts';

/** Whose fact a line becomes, or what it comes to without one. */
export type SignalAdmission = { readonly contactId: string } | 'sender' | Outcome;

/** Which lines of the CRM may become facts: those of people who are analysed, and those of the sender. */
@Injectable()
export class SignalAdmissions {
  constructor(
    private readonly wishes: LineWishes,
    private readonly gate: ConsentGate,
    private readonly counters: WithoutEffectCounters,
    private readonly clock: Clock,
  ) {}

  /** In the order of the lines. Who is left out is counted each time it is asked for. */
  async admit(
    tenantId: string,
    lines: readonly SignalLine[],
    erased: ReadonlySet<string> = new Set(),
  ): Promise<SignalAdmission[]> {
    const now = this.clock.now();
    // A line that is refused has no effect at all: a refusal dated ahead could never be ended by the person.
    const inTime = lines.filter(({ occurredAt }) => !refusedAhead(now, '/occurredAt', occurredAt));
    await this.wishes.receive(tenantId, inTime);
    const admissions = (await this.#ask(tenantId, lines)).map((one) =>
      typeof one === 'object' && erased.has(one.contactId) ? ('contact-erased' as const) : one,
    );
    const refused = admissions.filter((one) => typeof one === 'string');
    await this.counters.add(tenantId, refused);
    return lines.map(({ occurredAt }, nth) => {
      const ahead = refusedAhead(now, '/occurredAt', occurredAt);
      if (ahead) return ahead;
      const admission = admissions[nth];
      if (admission === undefined) return 'sender';
      return typeof admission === 'string' ? 'not-contactable' : admission;
    });
  }

  /** Undefined for the sender's; people named by contact id need no look-up. */
  async #ask(tenantId: string, lines: readonly SignalLine[]): Promise<(Admission | undefined)[]> {
    const references = lines.map(({ contact }) => contact);
    const ids = references.flatMap((one) => (one?.contactId === undefined ? [] : [one.contactId]));
    const byId = (await this.gate.admitContacts(tenantId, ids)).values();
    const people = references.filter(
      (one): one is ContactReference => one !== undefined && one.contactId === undefined,
    );
    const admitted = (await this.gate.admit(tenantId, people)).values();
    return references.map((one) => {
      if (one === undefined) return undefined;
      const answers = one.contactId === undefined ? admitted : byId;
      return answers.next().value ?? 'contact-unknown';
    });
  }
}
