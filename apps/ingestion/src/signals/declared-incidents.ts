import { Injectable } from '@nestjs/common';
import {
  declaredIncidentDecider,
  type DeclaredIncidentState,
  type DeclareIncident,
} from '@tact/domain';
import { Clock, EventStore, type Queryable, Vault } from '@tact/platform';
import { type Outcome, refusedLine } from './line-outcomes.ts';

/** What a line of a CRM says of the business's own sending. */
export type DeclaredIncident = {
  readonly lineId: string;
  readonly kind: DeclareIncident['kind'];
  /** RFC 3339 UTC. */
  readonly occurredAt: string;
};

/** Incidents that a tenant declares itself; those the platform finds have streams of their own. */
@Injectable()
export class DeclaredIncidents {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async declare(tx: Queryable, tenantId: string, incident: DeclaredIncident): Promise<Outcome> {
    const { lineId, kind, occurredAt } = incident;
    const id = this.vault.factId(tenantId, 'crm-line', lineId);
    // The fact has the line's own id: told again it is known, also where an earlier version named no command.
    if ((await this.store.subjectsIn(tx, [id])).has(id)) return 'duplicate';
    const decider = {
      ...declaredIncidentDecider,
      decide: (command: DeclareIncident, state: DeclaredIncidentState) => {
        const decided = declaredIncidentDecider.decide(command, state);
        if ('refused' in decided) return decided;
        return decided.map((event) => ({ id, time: occurredAt, ...event }));
      },
    };
    const stream = `declared-incidents-${tenantId}`;
    const command: DeclareIncident = {
      tenantId,
      kind,
      now: this.clock.now(),
      at: new Date(occurredAt).toISOString(),
      incidentId: `in_${id.replaceAll('-', '')}`,
    };
    const context = { tenantId, subject: tenantId };
    const decided = await this.store.transactIn(tx, decider, stream, {
      command,
      commandId: id,
      context,
    });
    if (!('refused' in decided)) return 'applied';
    return { ...refusedLine('/kind', decided.refused), slug: 'unprocessable' };
  }
}
