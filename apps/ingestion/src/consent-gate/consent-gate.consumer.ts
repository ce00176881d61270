import { Injectable } from '@nestjs/common';
import type { EventDataOf } from '@tact/contracts';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { ConsentGate, type GateWord } from './consent-gate.ts';
import { gateGroup } from './staleness.ts';

/** What an event says about who may be analysed; undefined where it says nothing. */
const wordOf = ({ type, tenantid: tenantId, data }: ConsumedEvent): GateWord | undefined => {
  switch (type) {
    case 'ConsentGiven':
    case 'ConsentWithdrawn': {
      const { contactId, purpose, channel, at } = data as EventDataOf<'ConsentGiven'>;
      if (purpose !== 'signal-analysis' || channel !== 'whatsapp') return undefined;
      const state = type === 'ConsentGiven' ? 'given' : 'withdrawn';
      return { about: 'consent', tenantId, contactId, state, at };
    }
    case 'ContactSuppressed':
    case 'SuppressionLifted': {
      const { contactId, scope, at } = data as EventDataOf<'ContactSuppressed'>;
      // Who wants no promotions has not objected to being understood.
      if (scope !== 'everything') return undefined;
      return {
        about: 'suppression',
        tenantId,
        contactId,
        isLift: type === 'SuppressionLifted',
        at,
      };
    }
    case 'SubjectFenced': {
      const { contactId } = data as EventDataOf<'SubjectFenced'>;
      return { about: 'fence', tenantId, contactId };
    }
    default:
      return undefined;
  }
};

/** Keeps the gate in step with outreach's ledger, where withdrawals and objections arrive, and with the fence. */
@Injectable()
export class ConsentGateConsumer implements Consumer {
  readonly group = gateGroup;
  readonly topics = ['contact-policies.v1', 'privacy-fence.v1'];
  readonly types = [
    ...['ConsentGiven', 'ConsentWithdrawn', 'ContactSuppressed', 'SuppressionLifted'],
    'SubjectFenced',
  ];

  constructor(private readonly gate: ConsentGate) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent[]): Promise<void> {
    const words = events.map(wordOf).filter((word) => word !== undefined);
    await this.gate.record(
      tx,
      words.filter((word) => word.about === 'consent'),
    );
    await this.gate.recordSuppressions(
      tx,
      words.filter((word) => word.about === 'suppression'),
    );
    await this.gate.fence(
      tx,
      words.filter((word) => word.about === 'fence'),
    );
  }
}
