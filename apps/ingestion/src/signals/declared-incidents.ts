import { Injectable } from '@nestjs/common';
import {
  Clock,
  EventStore,
  isOfType,
  type Queryable,
  type StoredEvent,
  Vault,
} from '@tact/platform';
import { type Outcome, refusedLine } from './line-outcomes.ts';

/** What the business says of its own sending: nothing before `opened` or after `closed` is held against anyone. */
export type IncidentWord = {
  readonly lineId: string;
  readonly kind: 'incident-opened' | 'incident-closed';
  /** RFC 3339 UTC. */
  readonly occurredAt: string;
};

type Incident = { readonly incidentId: string; readonly from: string };

const openOf = (events: readonly StoredEvent[]): Incident | undefined => {
  const last = events.at(-1);
  return last && isOfType(last, ['IncidentOpened']) ? last.data : undefined;
};

/** Incidents that a tenant declares itself, one open at a time; those the platform finds have streams of their own. */
@Injectable()
export class DeclaredIncidents {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async tell(tx: Queryable, tenantId: string, word: IncidentWord): Promise<Outcome> {
    const stream = `declared-incidents-${tenantId}`;
    const { events, version } = await this.store.loadIn(tx, stream);
    const id = this.vault.factId(tenantId, 'crm-line', word.lineId);
    if (events.some((event) => event.id === id)) return 'duplicate';
    const decided = this.decide(tenantId, { ...word, id }, openOf(events));
    if (typeof decided === 'string') return refusedLine('/kind', decided);
    await this.store.appendIn(tx, [
      {
        stream,
        expected: version === 0 ? 'none' : version,
        events: [{ id, time: word.occurredAt, ...decided }],
        context: { tenantId, subject: tenantId },
      },
    ]);
    return 'applied';
  }

  private decide(
    tenantId: string,
    { id, kind, occurredAt }: IncidentWord & { id: string },
    open: Incident | undefined,
  ) {
    const now = this.clock.now().toISOString();
    const at = new Date(occurredAt).toISOString();
    if (kind === 'incident-opened') {
      if (open) return 'An incident is open already: close it first.';
      const incidentId = `in_${id.replaceAll('-', '')}`;
      const counts = { messages: 0, stuck: 0, usualShare: 0 };
      const data = { tenantId, incidentId, cause: 'declared', from: at, openedAt: now, ...counts };
      return { type: 'IncidentOpened', data };
    }
    if (!open) return 'No declared incident is open.';
    if (at < open.from) return 'The incident had not begun at that time.';
    const data = { tenantId, ...open, cause: 'declared', until: at, closedAt: now };
    return { type: 'IncidentClosed', data: { ...data, from: open.from } };
  }
}
