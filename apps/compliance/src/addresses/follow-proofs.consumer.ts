import { Injectable } from '@nestjs/common';
import { type Reading, typesRead } from '@tact/contracts';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { AddressesOnFile } from './addresses-on-file.ts';

/** A consent that a person gave on a page of ours came through an address whose mails they read. */
const reading = {
  ConsentGiven: true,
  ConsentWithdrawn: false,
  ContactSuppressed: false,
  PolicyTakenOver: false,
  PreferencesSet: false,
  SuppressionLifted: false,
} as const satisfies Reading<'contact-policies.v1'>;

const types = typesRead(reading);
type Type = (typeof types)[number];

/** Notes when a person last proved that an address on file is theirs. */
@Injectable()
export class FollowProofsConsumer implements Consumer<Type> {
  readonly group = 'compliance.proofs';
  readonly topics = ['contact-policies.v1'];
  readonly types = types;

  constructor(private readonly addresses: AddressesOnFile) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent<Type>[]): Promise<void> {
    for (const { tenantid: tenantId, data } of events) {
      const { by, through: ref, at } = data;
      if (by !== 'person' || ref === undefined) continue;
      await this.addresses.noteProof(tx, { tenantId, ref, at: new Date(at) });
    }
  }
}
