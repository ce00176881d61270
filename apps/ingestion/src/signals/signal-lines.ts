import { Injectable } from '@nestjs/common';
import type { SignalLine } from '@tact/contracts';
import { EventStore, type Queryable, type StreamAppend } from '@tact/platform';
import { DeclaredIncidents, type DeclaredIncident } from './declared-incidents.ts';
import type { Outcome, PreparedLines } from './line-outcomes.ts';
import { SignalAdmissions } from './signal-admissions.ts';
import { SignalFacts, type LineSource } from './signal-facts.ts';

/** What a line comes to: an append, a word on an incident, or an outcome that is known already. */
type Step = { readonly append: StreamAppend } | { readonly incident: DeclaredIncident } | Outcome;

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
    { tenantId, via }: LineSource,
    lines: readonly SignalLine[],
    erased: ReadonlySet<string>,
  ): Promise<PreparedLines> {
    const admissions = await this.admissions.admit(tenantId, lines, erased);
    const steps = lines.map((line, nth): Step => {
      const admission = admissions[nth] ?? 'not-contactable';
      if (admission === 'sender') return this.#senderStep(tenantId, line);
      if (typeof admission === 'string' || 'errors' in admission) return admission;
      return { append: this.facts.ofContact({ tenantId, via }, admission.contactId, line) };
    });
    const appends = steps.flatMap((step) =>
      typeof step === 'object' && 'append' in step ? [step.append] : [],
    );
    const prepared = await this.store.prepare(appends);
    return async (tx) => {
      const declared = await this.#declareIncidents(tx, tenantId, steps);
      const results = (await this.store.appendPrepared(tx, prepared)).values();
      return steps.map((step, nth): Outcome => {
        if (typeof step === 'string' || 'errors' in step) return step;
        if ('incident' in step) return declared.get(nth) ?? 'duplicate';
        return results.next().value?.duplicate === true ? 'duplicate' : 'applied';
      });
    };
  }

  /** One by one, because each declaration of an incident depends on the one before. */
  async #declareIncidents(
    tx: Queryable,
    tenantId: string,
    steps: readonly Step[],
  ): Promise<ReadonlyMap<number, Outcome>> {
    const declared = new Map<number, Outcome>();
    for (const [nth, step] of steps.entries()) {
      if (typeof step === 'string' || !('incident' in step)) continue;
      declared.set(nth, await this.incidents.declare(tx, tenantId, step.incident));
    }
    return declared;
  }

  #senderStep(tenantId: string, line: SignalLine): Step {
    const { kind } = line;
    if (kind !== 'incident-opened' && kind !== 'incident-closed') {
      return { append: this.facts.ofSender(tenantId, line) };
    }
    return { incident: { lineId: line.id, kind, occurredAt: line.occurredAt } };
  }
}
