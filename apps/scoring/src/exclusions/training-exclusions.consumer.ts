import { Injectable } from '@nestjs/common';
import { analysisEventTypes, analysisTopics, analysisWordOf } from '@tact/domain';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { LeftOut, type Word } from './training-exclusions.ts';

type Type = (typeof analysisEventTypes)[number];

const wordsOf = (event: ConsumedEvent<Type>): readonly Word[] => {
  const word = analysisWordOf(event);
  return word === undefined ? [] : [{ ...word, tenantId: event.tenantid }];
};

/** Erased and objecting people leave the next fit, and their outcomes with them. */
@Injectable()
export class LeftOutConsumer implements Consumer<Type> {
  readonly group = 'scoring.left-out';
  readonly topics = analysisTopics;
  readonly types = analysisEventTypes;

  constructor(private readonly leftOut: LeftOut) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    await this.leftOut.hear(tx, events.flatMap(wordsOf));
  }
}
