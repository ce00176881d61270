import type { EventDataOf } from '@tact/contracts';
import type { IncidentEvent } from './incidents.ts';

// Commands

/** What a business says of its own sending: nothing before an opening or after a closing is held against anyone. */
export type DeclareIncident = {
  readonly tenantId: string;
  readonly kind: 'incident-opened' | 'incident-closed';
  /** The id an incident gets if this word opens one. */
  readonly incidentId: string;
  /** When it began or ended, RFC 3339 UTC. */
  readonly at: string;
  readonly now: Date;
};

// Fold

export type DeclaredIncidentState = {
  readonly open: Pick<EventDataOf<'IncidentOpened'>, 'incidentId' | 'from'> | undefined;
};

const evolve = (_: DeclaredIncidentState, event: IncidentEvent): DeclaredIncidentState => {
  switch (event.type) {
    case 'IncidentOpened': {
      const { incidentId, from } = event.data;
      return { open: { incidentId, from } };
    }
    case 'IncidentClosed':
      return { open: undefined };
  }
};

// Decisions

type Refused = { readonly refused: string };

const open = ({ tenantId, incidentId, at, now }: DeclareIncident): IncidentEvent => {
  const counts = { messages: 0, stuck: 0, usualShare: 0 };
  const said = { tenantId, incidentId, cause: 'declared' as const, from: at };
  return { type: 'IncidentOpened', data: { ...said, openedAt: now.toISOString(), ...counts } };
};

const decide = (
  command: DeclareIncident,
  { open: known }: DeclaredIncidentState,
): readonly IncidentEvent[] | Refused => {
  const { tenantId, kind, at, now } = command;
  if (kind === 'incident-opened') {
    if (known) return { refused: 'An incident is open already: close it first.' };
    return [open(command)];
  }
  if (!known) return { refused: 'No declared incident is open.' };
  if (at < known.from) return { refused: 'The incident had not begun at that time.' };
  const data = { tenantId, ...known, cause: 'declared' as const, until: at };
  return [{ type: 'IncidentClosed', data: { ...data, closedAt: now.toISOString() } }];
};

/** Incidents that a tenant declares itself, one open at a time. */
export const declaredIncidentDecider = {
  snapshots: {
    name: 'declared-incidents',
    version: '1',
    types: ['IncidentOpened', 'IncidentClosed'],
    personal: false,
  },
  initial: (): DeclaredIncidentState => ({ open: undefined }),
  evolve,
  decide,
};
