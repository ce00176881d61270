import { Injectable } from '@nestjs/common';
import { type Channel, type Erased, type EventDataOf, isErased } from '@tact/contracts';
import { assertNever, type Wish } from '@tact/domain';
import { Vault } from '@tact/platform';
import type { PolicyFact } from '../ledger/contact-policies.ts';

/** What an event of ingestion says to the ledger. */
export type LedgerFact = Omit<PolicyFact, 'cause'>;

type ReceivedWish = Wish & {
  readonly contactId: string;
  readonly channel: Channel;
  /** Of an erased person it cannot be read any more. */
  readonly at: string | Erased;
};

/** Wishes as facts of the ledger: a signal tells one wish of each person it names, by whatever topic it is received. */
@Injectable()
export class WishFacts {
  constructor(private readonly vault: Vault) {}

  /** `signalId` is the event of the signal that carried it. */
  of(signalId: string, received: ReceivedWish): LedgerFact | undefined {
    const { contactId, at, channel } = received;
    if (isErased(at)) return undefined;
    const id = this.vault.factId('wish', signalId, contactId);
    switch (received.asks) {
      case 'stop': {
        const { scope, ground } = received;
        return { id, command: { kind: 'suppress', contactId, scope, ground, at } };
      }
      case 'resume': {
        const { scope, ground } = received;
        return { id, command: { kind: 'lift-suppression', contactId, scope, ground, channel, at } };
      }
      default:
        return assertNever(received);
    }
  }

  /** Told by earlier versions, of people who were not analysed. */
  ofObjection({
    id,
    data,
  }: {
    readonly id: string;
    readonly data: EventDataOf<'ObjectionHeard'>;
  }): LedgerFact {
    return { id: this.vault.factId('wish', id), command: { kind: 'suppress', ...data } };
  }
}
