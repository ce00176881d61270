import { Injectable } from '@nestjs/common';
import { type Reading, typesRead } from '@tact/contracts';
import {
  type ConsumedEvent,
  type Consumer,
  EventStore,
  type Queryable,
  Vault,
} from '@tact/platform';
import { readable } from './exercised-right.ts';
import { HeedRights } from './heed-rights.ts';
import { type Legible, LegibleIdentities } from './legible-identities.ts';

const reading = {
  ImmediateRightExercised: true,
  ContactRestricted: false,
  RestrictionLifted: false,
} as const satisfies Reading<'privacy-wishes.v1'>;

const types = typesRead(reading);
type Type = (typeof types)[number];

/**
 * An objection or a withdrawal by a request takes the way of a STOP: it is a wish of everybody whom its identifiers name,
 * and remembered of strangers. Whoever asks proves nothing, for nothing is given.
 */
@Injectable()
export class ImmediateRightsConsumer implements Consumer<Type> {
  readonly group = 'ingestion.immediate-rights';
  readonly topics = ['privacy-wishes.v1'];
  readonly types = types;
  /** Whose it is, is personal: it is read here, and sealed again under whom it concerns. */
  readonly personalData = 'opened';

  constructor(
    private readonly rights: HeedRights,
    private readonly legible: LegibleIdentities,
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    const all: Legible[] = [];
    for (const one of events.flatMap(readable)) all.push(await this.legible.of(one));
    // Wishes have transactions of their own: first all of them, before this one holds any stream that they append to.
    for (const one of all) await this.rights.receiveWish(one);
    for (const one of all) await this.rights.withdraw(tx, one);
    // A request of which any of this cannot be said stays open: its dates and its alerts bring it before a person.
    const doubtful = new Set(
      all.flatMap(({ event, isDoubtful }) => (isDoubtful ? [event.id] : [])),
    );
    for (const event of events) {
      if (!doubtful.has(event.id)) await this.#tell(tx, event);
    }
  }

  /** It is recorded: whoever keeps the request may close it. */
  async #tell(tx: Queryable, { id, tenantid: tenantId, data }: ConsumedEvent<Type>): Promise<void> {
    const { requestId, right } = data;
    const heeded = { requestId, right };
    await this.store.appendIn(tx, [
      {
        stream: `heeded-${requestId}`,
        expected: 'any',
        events: [
          { id: this.vault.factId('heeded', id), type: 'ImmediateRightHeeded', data: heeded },
        ],
        context: { tenantId, subject: requestId, causationId: id },
      },
    ]);
  }
}
