import { Injectable } from '@nestjs/common';
import {
  type EventDataOf,
  isErased,
  type SuppressionGround,
  type SuppressionScope,
} from '@tact/contracts';
import { suppressedSince } from '@tact/domain';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { Vault } from '@tact/platform';
import { ContactPolicies, type PolicyFact } from '../ledger/contact-policies.ts';
import { formatConsentId } from './consent-id.ts';

/** Signals that prove a message of ours left, whichever of them arrives first. */
const sendProofs = new Set([
  'message-sent',
  'message-delivered',
  'message-read',
  'message-played',
  'message-failed',
]);

/** WhatsApp's answer that the person stopped marketing messages. */
const marketingOptOutCode = 131_050;

/** What an event of ingestion says to the ledger. */
type Told = Omit<PolicyFact, 'cause'>;

/** Brings into the ledger what ingestion heard: declared consents, time zones, and messages of ours. */
@Injectable()
export class FollowContactsConsumer implements Consumer {
  readonly group = 'outreach.contacts';
  readonly topics = ['contact-signals.v1'];
  readonly types = [
    ...['ContactRegistered', 'ContactUpdated', 'ContactLinked'],
    ...['ConsentDeclared', 'SignalRecorded', 'ObjectionHeard'],
  ];
  /** The time zone and a consent's proof are personal: they are read here and sealed again in the ledger. */
  readonly personalData = 'opened';

  constructor(
    private readonly policies: ContactPolicies,
    private readonly vault: Vault,
  ) {}

  async handle(tx: Queryable, events: readonly ConsumedEvent[]): Promise<void> {
    const facts: PolicyFact[] = [];
    for (const cause of events) {
      const told =
        cause.type === 'ContactLinked' ? await this.linkOf(tx, cause) : this.factsOf(cause);
      facts.push(...told.map((fact) => ({ ...fact, cause })));
    }
    await this.policies.runIn(tx, facts);
  }

  private factsOf(event: ConsumedEvent): Told[] {
    const facts =
      event.type === 'SignalRecorded'
        ? [this.outboundOf(event), this.wishOf(event)]
        : [this.factOf(event)];
    return facts.filter((fact) => fact !== undefined);
  }

  /** Who goes on as another contact is not asked to object twice: what the earlier one refused holds for the later. */
  private async linkOf(tx: Queryable, { id, data }: ConsumedEvent): Promise<Told[]> {
    const { contactId, otherContactId, direction } = data as EventDataOf<'ContactLinked'>;
    if (direction !== 'previous') return [];
    const { suppressions, outbound } = await this.policies.stateIn(tx, otherContactId);
    const refused = (['everything', 'marketing'] as const).flatMap((scope): Told[] => {
      const at = suppressedSince(suppressions, scope);
      if (at === undefined) return [];
      const command = { kind: 'suppress', contactId, scope, ground: 'objection', at } as const;
      return [{ id: this.vault.factId('linked', id, scope), command }];
    });
    const spent = outbound.flatMap(({ atMs, messageRef, isFree }): Told[] => {
      if (messageRef === undefined) return [];
      const at = new Date(atMs).toISOString();
      const category = isFree ? { messageCategory: 'utility' as const } : {};
      const command = { kind: 'count-outbound', contactId, at, messageRef, ...category } as const;
      return [{ id: this.vault.factId('linked', id, messageRef), command }];
    });
    return [...refused, ...spent];
  }

  private factOf(event: ConsumedEvent): Told | undefined {
    switch (event.type) {
      case 'ContactRegistered':
      case 'ContactUpdated':
        return this.timeZoneOf(event);
      case 'ObjectionHeard': {
        const objection = event.data as EventDataOf<'ObjectionHeard'>;
        return {
          id: this.vault.factId('wish', event.id),
          command: { kind: 'suppress', ...objection },
        };
      }
      case 'ConsentDeclared':
        return this.consentOf(event);
      default:
        return undefined;
    }
  }

  private timeZoneOf({ id, data }: ConsumedEvent): Told | undefined {
    const { contactId, timeZone } = data as EventDataOf<'ContactRegistered'>;
    if (timeZone === undefined || isErased(timeZone)) return undefined;
    const command = { kind: 'set-time-zone', contactId, timeZone } as const;
    return { id: this.vault.factId('time-zone', id), command };
  }

  private consentOf({ id, data }: ConsumedEvent): Told | undefined {
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

  private outboundOf({ tenantid, data }: ConsumedEvent): Told | undefined {
    const signal = data as EventDataOf<'SignalRecorded'>;
    const { contactId, kind, occurredAt, messageRef, messageCategory, backfill } = signal;
    if (!sendProofs.has(kind) || messageRef === undefined) return undefined;
    // A history tells of what was sent long ago, and an erased person is not counted for.
    if (backfill === true || isErased(occurredAt)) return undefined;
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

  /** A wish to be left alone, in words, in WhatsApp's settings or as its error code, or to hear from us again. */
  private wishOf({ id, data }: ConsumedEvent): Told | undefined {
    const signal = data as EventDataOf<'SignalRecorded'>;
    const { contactId, kind, occurredAt: at, inboundType, code, effectSuspended } = signal;
    if (isErased(at) || effectSuspended === true) return undefined;
    const told = { id: this.vault.factId('wish', id) };
    const suppress = (scope: SuppressionScope, ground: SuppressionGround): Told => ({
      ...told,
      command: { kind: 'suppress', contactId, scope, ground, at },
    });
    if (kind === 'marketing-opt-in') {
      const lift = { kind: 'lift-suppression', scope: 'marketing' } as const;
      return { ...told, command: { ...lift, contactId, ground: 'marketing-preference', at } };
    }
    if (kind === 'message-failed' && code === marketingOptOutCode) {
      return suppress('marketing', 'marketing-opt-out-code');
    }
    if (kind !== 'marketing-opt-out') return undefined;
    return inboundType === 'stop-word'
      ? suppress('everything', 'stop-word')
      : suppress('marketing', 'marketing-preference');
  }
}
