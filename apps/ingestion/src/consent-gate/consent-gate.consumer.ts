import { Injectable } from '@nestjs/common';
import { analysisEventTypes, analysisTopics, analysisWordsOf } from '@tact/domain';
import { type ConsumedEvent, type Consumer, purgePassingOf, type Queryable } from '@tact/platform';
import { ConsentGate, type GateChange } from './consent-gate.ts';
import { gateGroup } from './staleness.ts';

type Type = (typeof analysisEventTypes)[number];

const wordsOf = (event: ConsumedEvent<Type>): readonly GateChange[] =>
  analysisWordsOf(event).map((change) => ({ ...change, tenantId: event.tenantid }));

/** Keeps the gate in step with outreach's ledger, where withdrawals and objections arrive, and with the fence. */
@Injectable()
export class ConsentGateConsumer implements Consumer<Type> {
  readonly group = gateGroup;
  readonly topics = analysisTopics;
  readonly types = analysisEventTypes;
  /** The time of an objection is: its hour is kept. */
  readonly personalData = 'opened';

  constructor(private readonly gate: ConsentGate) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    const changes = events.flatMap(wordsOf);
    await this.gate.record(
      tx,
      changes.filter((change) => change.about === 'consent'),
    );
    await this.gate.recordSuppressions(
      tx,
      changes.filter((change) => change.about === 'suppression'),
    );
    const fenced = changes.filter((change) => change.about === 'fence');
    await this.gate.fence(tx, fenced);
    await purgePassingOf(
      tx,
      fenced.map(({ contactId }) => contactId),
    );
  }
}
