import { Injectable } from '@nestjs/common';
import type { SignalLine } from '@tact/contracts';
import { EventStore, type Queryable, type StreamAppend } from '@tact/platform';
import { DeclaredIncidents, type IncidentWord } from './declared-incidents.ts';
import type { Outcome, PreparedLines } from './line-outcomes.ts';
import { SignalAdmissions } from './signal-admissions.ts';
import { SignalFacts, type Told } from './signal-facts.ts';

/** What a line comes to: an append, a word on an incident, or an outcome that is known already. */
type Step = { readonly append: StreamAppend } | { readonly incident: IncidentWord } | Outcome;

/** Observations the CRM tells, as facts of the people they are about: through the consent gate, once each. */
@Injectable()
export class SignalLines {
  constructor(
    private readonly admissions: SignalAdmissions,
    private readonly facts: SignalFacts,
    private readonly incidents: DeclaredIncidents,
    private readonly store: EventStore,
  ) {}

  async prepare(
    { tenantId, via }: Told,
    lines: readonly SignalLine[],
    erased: ReadonlySet<string>,
  ): Promise<PreparedLines> {
    const admissions = await this.admissions.admit(tenantId, lines);
    const steps = lines.map((line, nth): Step => {
      const admission = admissions[nth] ?? 'not-contactable';
      if (admission === 'sender') return this.senderStep(tenantId, line);
      if (typeof admission === 'string' || 'errors' in admission) return admission;
      if (erased.has(admission.contactId)) return 'not-contactable';
      return { append: this.facts.ofContact({ tenantId, via }, admission.contactId, line) };
    });
    return (tx) => this.run(tx, tenantId, steps);
  }

  private async run(tx: Queryable, tenantId: string, steps: readonly Step[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    // One by one, because each word on an incident is judged by the one before.
    for (const [nth, step] of steps.entries()) {
      if (typeof step === 'string' || 'errors' in step) outcomes[nth] = step;
      else if ('incident' in step) {
        outcomes[nth] = await this.incidents.tell(tx, tenantId, step.incident);
      }
    }
    const appends = steps.flatMap((step, nth) =>
      typeof step === 'object' && 'append' in step ? [{ nth, append: step.append }] : [],
    );
    const results = await this.store.appendIn(
      tx,
      appends.map(({ append }) => append),
    );
    for (const [at, { nth }] of appends.entries()) {
      outcomes[nth] = results[at]?.duplicate === true ? 'duplicate' : 'applied';
    }
    return outcomes;
  }

  private senderStep(tenantId: string, line: SignalLine): Step {
    const { kind } = line;
    if (kind !== 'incident-opened' && kind !== 'incident-closed') {
      return { append: this.facts.ofSender(tenantId, line) };
    }
    return { incident: { lineId: line.id, kind, occurredAt: line.occurredAt } };
  }
}
