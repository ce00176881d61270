import { Injectable } from '@nestjs/common';
import type { EventDataOf } from '@tact/contracts';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { LeftOut, type Word } from './training-exclusions.ts';

/** What an event says of who may be in a fit; undefined where it says nothing. */
const wordOf = ({ type, tenantid: tenantId, data }: ConsumedEvent): Word | undefined => {
  switch (type) {
    case 'ConsentGiven':
    case 'ConsentWithdrawn': {
      const { contactId, purpose, channel, at } = data as EventDataOf<'ConsentGiven'>;
      if (purpose !== 'signal-analysis' || channel !== 'whatsapp') return undefined;
      return { tenantId, contactId, says: type === 'ConsentGiven' ? 'given' : 'withdrawn', at };
    }
    case 'ContactSuppressed':
    case 'SuppressionLifted': {
      const { contactId, scope, at } = data as EventDataOf<'ContactSuppressed'>;
      // Who wants no promotions has not objected to being understood.
      if (scope !== 'everything') return undefined;
      const says = type === 'ContactSuppressed' ? 'suppressed' : 'lifted';
      return { tenantId, contactId, says, at };
    }
    case 'SubjectFenced': {
      const { contactId, at } = data as EventDataOf<'SubjectFenced'>;
      return { tenantId, contactId, says: 'fenced', at };
    }
    default:
      return undefined;
  }
};

/** Erased and objecting people leave the next fit, and their outcomes with them. */
@Injectable()
export class LeftOutConsumer implements Consumer {
  readonly group = 'scoring.left-out';
  readonly topics = ['contact-policies.v1', 'privacy-fence.v1'];
  readonly types = [
    ...['ConsentGiven', 'ConsentWithdrawn', 'ContactSuppressed', 'SuppressionLifted'],
    'SubjectFenced',
  ];

  constructor(private readonly leftOut: LeftOut) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent[]): Promise<void> {
    await this.leftOut.hear(
      tx,
      events.map(wordOf).filter((word) => word !== undefined),
    );
  }
}
