import { Injectable } from '@nestjs/common';
import { type EventDataOf, isErased } from '@tact/contracts';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { Vault } from '@tact/platform';
import { ContactPolicies, type PolicyFact } from '../contact-policies.ts';
import { formatConsentId } from './consent-id.ts';

/** Signals that prove a message of ours left, whichever of them arrives first. */
const sendProofs = new Set([
  'message-sent',
  'message-delivered',
  'message-read',
  'message-played',
  'message-failed',
]);

/** What an event of ingestion says to the ledger; undefined where it says nothing. */
type Told = Omit<PolicyFact, 'cause'> | undefined;

/** Brings into the ledger what ingestion heard: declared consents, time zones, and messages of ours. */
@Injectable()
export class FollowContactsConsumer implements Consumer {
  readonly group = 'outreach.contacts';
  readonly topics = ['contact-signals.v1'];
  readonly types = ['ContactRegistered', 'ContactUpdated', 'ConsentDeclared', 'SignalRecorded'];
  /** The time zone and a consent's proof are personal: they are read here and sealed again in the ledger. */
  readonly personalData = 'opened';

  constructor(
    private readonly policies: ContactPolicies,
    private readonly vault: Vault,
  ) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent[]): Promise<void> {
    await this.policies.runIn(
      tx,
      events.flatMap((cause) => {
        const fact = this.factOf(cause);
        return fact === undefined ? [] : [{ ...fact, cause }];
      }),
    );
  }

  private factOf(event: ConsumedEvent): Told {
    switch (event.type) {
      case 'ContactRegistered':
      case 'ContactUpdated':
        return this.timeZoneOf(event);
      case 'ConsentDeclared':
        return this.consentOf(event);
      case 'SignalRecorded':
        return this.outboundOf(event);
      default:
        return undefined;
    }
  }

  private timeZoneOf({ id, data }: ConsumedEvent): Told {
    const { contactId, timeZone } = data as EventDataOf<'ContactRegistered'>;
    if (timeZone === undefined || isErased(timeZone)) return undefined;
    const command = { kind: 'set-time-zone', contactId, timeZone } as const;
    return { id: this.vault.factId('time-zone', id), command };
  }

  private consentOf({ id, data }: ConsumedEvent): Told {
    const { state, proof, ...consent } = data as EventDataOf<'ConsentDeclared'>;
    // Without its proof a consent is none, and an erased person gave none.
    if (isErased(proof.source)) return undefined;
    const kind = state === 'given' ? 'give-consent' : 'withdraw-consent';
    const consentId = formatConsentId(id);
    return {
      id: this.vault.factId('consent', id),
      command: { kind, ...consent, proof, consentId },
    };
  }

  private outboundOf({ tenantid, data }: ConsumedEvent): Told {
    const signal = data as EventDataOf<'SignalRecorded'>;
    const { contactId, kind, occurredAt, messageRef, messageCategory } = signal;
    if (!sendProofs.has(kind) || messageRef === undefined) return undefined;
    return {
      // One message is counted once, whatever its statuses and their order.
      id: this.vault.factId(tenantid, 'outbound', messageRef),
      command: {
        kind: 'count-outbound',
        contactId,
        at: occurredAt,
        messageRef,
        ...(messageCategory === undefined ? {} : { messageCategory }),
      },
    };
  }
}
