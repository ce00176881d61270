import { Injectable } from '@nestjs/common';
import { type Reading, typesRead } from '@tact/contracts';
import { rememberedRefusal, rememberedResumption, type Wish } from '@tact/domain';
import { type ConsumedEvent, type Consumer, type Queryable, Vault } from '@tact/platform';
import { WishesOfStrangers } from './wishes-of-strangers.ts';

const reading = {
  ConsentGiven: true,
  ConsentWithdrawn: true,
  ContactSuppressed: true,
  SuppressionLifted: true,
  // What the other refused was remembered when it was said.
  PolicyTakenOver: false,
  PreferencesSet: false,
} as const satisfies Reading<'contact-policies.v1'>;

const types = typesRead(reading);
type Type = (typeof types)[number];

/** What an event tells that outlives its person. */
const rememberedOf = (event: ConsumedEvent<Type>) => {
  const refusal = rememberedRefusal(event);
  if (refusal !== undefined) {
    const { scope, ground } = refusal;
    return { ...refusal, wish: { asks: 'stop', scope, ground } satisfies Wish };
  }
  const resumption = rememberedResumption(event);
  if (resumption === undefined) return undefined;
  const { scope, ground } = resumption;
  return { ...resumption, wish: { asks: 'resume', scope, ground } satisfies Wish };
};

/**
 * What people refused by whatever door, also where only a contact was named: on a page, by one click, in a call of a key.
 * It is kept beside the wishes of strangers, so that it binds the same number and address when they are registered again
 * after an erasure, and with it what they took back of it by a later word of their own. Whose key is gone when it comes here is nobody any more: an erasure waits for this consumer first.
 */
@Injectable()
export class RememberRefusalsConsumer implements Consumer<Type> {
  readonly group = 'ingestion.remembered-refusals';
  readonly topics = ['contact-policies.v1'];
  readonly types = types;
  /** The time of a refusal is: its hour is kept. */
  readonly personalData = 'opened';

  constructor(
    private readonly vault: Vault,
    private readonly strangers: WishesOfStrangers,
  ) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    for (const event of events) {
      const remembered = rememberedOf(event);
      if (remembered === undefined) continue;
      const { wish, channel, at, kinds } = remembered;
      const subject = { tenantId: event.tenantid, subject: event.data.contactId };
      const fingerprints = await this.vault.refusals.ofContact(tx, subject, kinds);
      await this.strangers.keepUnder(tx, event.tenantid, [{ fingerprints, wish, channel, at }]);
    }
  }
}
