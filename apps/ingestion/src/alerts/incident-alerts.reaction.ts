import { Injectable } from '@nestjs/common';
import {
  type DecisionTable,
  type ProjectedEvent,
  type Queryable,
  RaisedAlerts,
  type Reaction,
} from '@tact/platform';

type State = 'quiet' | 'open';
type EventType = 'IncidentOpened' | 'IncidentClosed';
type Command = 'raise' | 'resolve';

/** While most contacts of a tenant are stuck, its administrator is told. From ingestion's own events. */
@Injectable()
export class IncidentAlerts implements Reaction<State, EventType, Command> {
  readonly name = 'incident-alerts';
  readonly types = ['IncidentOpened', 'IncidentClosed'] as const;
  readonly initial = 'quiet';
  readonly table: DecisionTable<State, EventType, Command> = {
    quiet: {
      IncidentOpened: { to: 'open', commands: ['raise'] },
      IncidentClosed: { to: 'quiet', commands: [] },
    },
    open: {
      IncidentOpened: { to: 'open', commands: [] },
      IncidentClosed: { to: 'quiet', commands: ['resolve'] },
    },
  };

  constructor(private readonly alerts: RaisedAlerts) {}

  processOf({ data }: ProjectedEvent<EventType>): string {
    return data.incidentId;
  }

  async run(
    tx: Queryable,
    command: Command,
    { type, data }: ProjectedEvent<EventType>,
  ): Promise<void> {
    const { tenantId, incidentId } = data;
    const matter = { tenantId, kind: 'incident-open', about: incidentId } as const;
    if (command === 'raise' && type === 'IncidentOpened') {
      const { openedAt, stuck } = data;
      await this.alerts.raise(tx, matter, { count: stuck, since: new Date(openedAt) });
    }
    if (command === 'resolve' && type === 'IncidentClosed') {
      await this.alerts.resolve(tx, matter, new Date(data.closedAt));
    }
  }
}
