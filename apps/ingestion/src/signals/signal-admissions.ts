import { Injectable } from '@nestjs/common';
import type { SignalLine } from '@tact/contracts';
import { Clock } from '@tact/platform';
import { LineAdmissions } from './line-admissions.ts';
import { LineWishes } from './line-wishes.ts';
import { WithoutEffectCounters } from './without-effect-counters.ts';
import { type Outcome, refusedAhead } from './line-outcomes.ts';
import { unreadableRefusal } from './unreadable-refusals.ts';

/** Whose fact a line becomes, or what it comes to without one. */
export type SignalAdmission = { readonly contactId: string } | 'sender' | Outcome;

/** Which lines of the CRM may become facts: those of people who are analysed, and those of the sender. */
@Injectable()
export class SignalAdmissions {
  constructor(
    private readonly wishes: LineWishes,
    private readonly people: LineAdmissions,
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
    const refusals = lines.map(
      (line) => refusedAhead(now, '/occurredAt', line.occurredAt) ?? unreadableRefusal(line),
    );
    const taken = lines.filter((_, nth) => refusals[nth] === undefined);
    await this.wishes.receive(tenantId, taken);
    const admissions = await this.people.admit(tenantId, lines, { erased, now });
    const refused = admissions.filter((one) => typeof one === 'string');
    await this.counters.add(tenantId, refused);
    return lines.map((_, nth) => {
      const refusal = refusals[nth];
      if (refusal) return refusal;
      const admission = admissions[nth];
      if (admission === undefined) return 'sender';
      return typeof admission === 'string' ? 'not-contactable' : admission;
    });
  }
}
