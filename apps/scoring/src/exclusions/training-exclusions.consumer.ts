import { Injectable } from '@nestjs/common';
import { analysisEventTypes, analysisTopics, analysisWordsOf } from '@tact/domain';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { TrainingExclusions, type ExclusionChange } from './training-exclusions.ts';

type Type = (typeof analysisEventTypes)[number];

const wordsOf = (event: ConsumedEvent<Type>): readonly ExclusionChange[] =>
  analysisWordsOf(event).map((change) => ({ ...change, tenantId: event.tenantid }));

/** Erased and objecting people are not in the next fit, nor their outcomes. */
@Injectable()
export class TrainingExclusionsConsumer implements Consumer<Type> {
  readonly group = 'scoring.left-out';
  readonly topics = analysisTopics;
  readonly types = analysisEventTypes;
  /** The time of an objection is: its hour is kept. */
  readonly personalData = 'opened';

  constructor(private readonly exclusions: TrainingExclusions) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    await this.exclusions.record(tx, events.flatMap(wordsOf));
  }
}
