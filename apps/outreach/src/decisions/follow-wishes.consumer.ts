import { Injectable } from '@nestjs/common';
import { type EventDataOf, isErased, type Reading, typesRead } from '@tact/contracts';
import { assertNever } from '@tact/domain';
import { type ConsumedEvent, type Consumer, type Queryable, Vault } from '@tact/platform';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { formatConsentId } from '../ledger/consent-id.ts';
import { type ContactChange, TakeOverPolicies } from './take-over-policies.ts';
import { type LedgerFact, WishFacts } from './wish-facts.ts';

const reading = {
  RefusalReceived: true,
  ResumptionReceived: true,
  WithdrawalDeclared: true,
  ObjectionHeard: true,
  ContactsMerged: true,
  ContactsSplit: true,
  ImmediateRightHeeded: false,
} as const satisfies Reading<'wishes.v1'>;

const types = typesRead(reading);
type Type = (typeof types)[number];

const isChange = (event: ConsumedEvent<Type>): event is ContactChange =>
  event.type === 'ContactsMerged' || event.type === 'ContactsSplit';

/** What people asked of us, on its own topic: it waits behind no message and no import. */
@Injectable()
export class FollowWishesConsumer implements Consumer<Type> {
  readonly group = 'outreach.wishes';
  readonly topics = ['wishes.v1'];
  readonly types = types;
  /** Its exact time and a withdrawal's proof are personal: they are read here and sealed again in the ledger. */
  readonly personalData = 'opened';

  constructor(
    private readonly policies: ContactPolicies,
    private readonly wishes: WishFacts,
    private readonly vault: Vault,
    private readonly takeOvers: TakeOverPolicies,
  ) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    // Whose a fact is depends on it, and its locks come first.
    await this.takeOvers.run(tx, events.filter(isChange));
    const facts = events.flatMap((cause) => {
      const fact = this.#factOf(cause);
      return fact === undefined ? [] : [{ ...fact, cause }];
    });
    await this.policies.runIn(tx, facts);
  }

  #factOf(event: ConsumedEvent<Type>): LedgerFact | undefined {
    switch (event.type) {
      case 'RefusalReceived':
        return this.wishes.of(event.causationid, { asks: 'stop', ...event.data });
      case 'ResumptionReceived':
        return this.wishes.of(event.causationid, { asks: 'resume', ...event.data });
      case 'WithdrawalDeclared':
        return this.#withdrawalOf(event.id, event.data);
      case 'ObjectionHeard':
        return this.wishes.ofObjection(event);
      case 'ContactsMerged':
      case 'ContactsSplit':
        return undefined;
      default:
        return assertNever(event);
    }
  }

  #withdrawalOf(
    id: string,
    { proof, ...consent }: EventDataOf<'WithdrawalDeclared'>,
  ): LedgerFact | undefined {
    if (isErased(proof.source)) return undefined;
    const command = {
      kind: 'withdraw-consent',
      ...consent,
      proof,
      consentId: formatConsentId(id),
    } as const;
    return { id: this.vault.factId('consent', id), command };
  }
}
