import { Injectable } from '@nestjs/common';
import { type Reading, typesRead } from '@tact/contracts';
import {
  Clock,
  type ConsumedEvent,
  type Consumer,
  eraseFenced,
  EventStore,
  type Queryable,
} from '@tact/platform';
import { type LedgerWord, LedgerWords } from './ledger-words.ts';
import { ledgerWordStore } from './stores.ts';

const reading = {
  ConsentGiven: true,
  ConsentWithdrawn: true,
  ContactSuppressed: true,
  SuppressionLifted: true,
  PolicyTakenOver: true,
  PreferencesSet: false,
  SubjectFenced: true,
} as const satisfies Reading<'contact-policies.v1' | 'privacy-fence.v1'>;

const types = typesRead(reading);
type Type = (typeof types)[number];
type Recorded = Exclude<Type, 'SubjectFenced'>;

/** By which ingestion hears what the ledger keeps: behind it, a contact is not shown, for a refusal may be missing. */
export const ledgerWordsGroup = 'ingestion.ledger-words';

/** Keeps what a contact's view needs of outreach's ledger; both topics are urgent, so no import stands before them. */
@Injectable()
export class LedgerWordsConsumer implements Consumer<Type> {
  readonly group = ledgerWordsGroup;
  readonly topics = ['contact-policies.v1', 'privacy-fence.v1'];
  readonly types = types;
  /** The time of a refusal is: its hour is kept. */
  readonly personalData = 'opened';

  constructor(
    private readonly words: LedgerWords,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    const recorded: ConsumedEvent<Recorded>[] = [];
    const at = this.clock.now();
    const gone: { readonly tenantId: string; readonly contactId: string; readonly at: Date }[] = [];
    for (const event of events) {
      const { tenantid: tenantId } = event;
      if (event.type === 'SubjectFenced')
        gone.push({ tenantId, contactId: event.data.contactId, at });
      else recorded.push(event);
    }
    await this.words.keep(tx, await this.#notRecordedHere(tx, recorded));
    await eraseFenced(tx, [ledgerWordStore], gone);
  }

  /**
   * Without what the ledger says of a person because ingestion told it so of the same one: it is in the person's stream.
   * What it took over from somebody else is in no other place.
   */
  async #notRecordedHere(
    tx: Queryable,
    recorded: readonly ConsumedEvent<Recorded>[],
  ): Promise<readonly LedgerWord[]> {
    const causes = recorded.map(({ causationid }) => causationid);
    const subjects = await this.store.subjectsIn(tx, causes);
    return recorded
      .filter(
        ({ type, causationid, data }) =>
          type === 'PolicyTakenOver' || subjects.get(causationid) !== data.contactId,
      )
      .map((event) => ({ tenantId: event.tenantid, event }));
  }
}
