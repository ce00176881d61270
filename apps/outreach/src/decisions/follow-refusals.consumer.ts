import { Injectable } from '@nestjs/common';
import { type Reading, typesRead } from '@tact/contracts';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { ContactPolicies, type PolicyFact } from '../ledger/contact-policies.ts';
import { SharedAddresses } from './shared-addresses.ts';

const reading = {
  ConsentGiven: false,
  ConsentWithdrawn: true,
  ContactSuppressed: false,
  // What the other refused has bound those who share its address when it was said.
  PolicyTakenOver: false,
  PreferencesSet: false,
  SuppressionLifted: false,
} as const satisfies Reading<'contact-policies.v1'>;

const types = typesRead(reading);
type Type = (typeof types)[number];

/** By which those who share an address hear of a refusal on it. */
export const sharedAddressesGroup = 'outreach.shared-addresses';

/** What the ledger itself took down, by whatever door it came: a refusal under an address binds everybody who has it. */
@Injectable()
export class FollowRefusalsConsumer implements Consumer<Type> {
  readonly group = sharedAddressesGroup;
  readonly topics = ['contact-policies.v1'];
  readonly types = types;

  constructor(
    private readonly policies: ContactPolicies,
    private readonly addresses: SharedAddresses,
  ) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    const facts: PolicyFact[] = [];
    for (const cause of events) {
      if (this.addresses.isOfAnother(cause)) continue;
      const refusal = { eventId: cause.id, refusal: cause.data };
      const bound = await this.addresses.ofRefusal(cause.tenantid, refusal);
      facts.push(...bound.map((fact) => ({ ...fact, cause })));
    }
    await this.policies.runIn(tx, facts);
  }
}
