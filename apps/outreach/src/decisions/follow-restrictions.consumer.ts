import { Injectable } from '@nestjs/common';
import { type Reading, typesRead } from '@tact/contracts';
import {
  type ConsumedEvent,
  type Consumer,
  type Queryable,
  RestrictedContacts,
} from '@tact/platform';

const reading = {
  ContactRestricted: true,
  RestrictionLifted: true,
  // Whoever knows people carries it out, and tells of it as of any other wish.
  ImmediateRightExercised: false,
} as const satisfies Reading<'privacy-wishes.v1'>;

const types = typesRead(reading);
type Type = (typeof types)[number];

/** About whom nothing is decided, although all is kept. */
@Injectable()
export class FollowRestrictionsConsumer implements Consumer<Type> {
  readonly group = 'outreach.restrictions';
  readonly topics = ['privacy-wishes.v1'];
  readonly types = types;

  constructor(private readonly restricted: RestrictedContacts) {}

  handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    return this.restricted.record(tx, events);
  }
}
