import { Injectable } from '@nestjs/common';
import { type Reading, typesRead } from '@tact/contracts';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { Restrictions } from './restrictions.ts';

const reading = {
  RefusalReceived: false,
  ResumptionReceived: false,
  WithdrawalDeclared: false,
  ObjectionHeard: false,
  // Whichever id a restriction stands under, it is the person's.
  ContactsMerged: false,
  ContactsSplit: true,
  ImmediateRightHeeded: false,
} as const satisfies Reading<'wishes.v1'>;

const types = typesRead(reading);
type Type = (typeof types)[number];

/** Which of two people asked for a restriction is not known where they were taken for one: it stands for both. */
@Injectable()
export class FollowSplitsConsumer implements Consumer<Type> {
  readonly group = 'compliance.restrictions';
  readonly topics = ['wishes.v1'];
  readonly types = types;

  constructor(private readonly restrictions: Restrictions) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    for (const { tenantid: tenantId, data } of events) {
      const { splitId, contactId, otherContactId } = data;
      const said = { justification: `contact split ${splitId}` };
      await this.restrictions.share(
        tx,
        { tenantId, contactIds: [contactId, otherContactId] },
        said,
      );
    }
  }
}
