import { Injectable } from '@nestjs/common';
import { isErased, type Reading, typesRead } from '@tact/contracts';
import {
  assertNever,
  carriedOf,
  type ContactPolicyState,
  seenLeavingOf,
  showsLeaving,
  showsNone,
  suppressedSince,
  suppressionScopes,
  wishOf,
} from '@tact/domain';
import type { ConsumedEvent, Consumer, Queryable } from '@tact/platform';
import { Vault } from '@tact/platform';
import { ContactPolicies, type PolicyFact } from '../ledger/contact-policies.ts';
import { formatConsentId } from '../ledger/consent-id.ts';
import type { StatedLanguage } from '../addresses/spoken-languages.ts';
import { SharedAddresses } from './shared-addresses.ts';
import { WishFacts } from './wish-facts.ts';

/** What the ledger reads of ingestion's topic: what concerns one person's policy. */
const reading = {
  ContactRegistered: true,
  ContactUpdated: true,
  ContactLinked: true,
  ConsentDeclared: true,
  SignalRecorded: true,
  MessageCounted: true,
  SenderSignalRecorded: false,
  IncidentOpened: false,
  IncidentClosed: false,
  ContactSearched: false,
  ContactViewed: false,
} as const satisfies Reading<'contact-signals.v1'>;

/** `ObjectionHeard` was on this topic before wishes had one of their own, and may still wait there to be read. */
const types = [...typesRead(reading), 'ObjectionHeard'] as const;
type Type = (typeof types)[number];
type Event<Of extends Type = Type> = ConsumedEvent<Of>;

/** What an event of ingestion says to the ledger. */
type LedgerFact = Omit<PolicyFact, 'cause'>;

/** By which changes of contacts are heard. */
export const contactsGroup = 'outreach.contacts';

const languagesOf = (event: Event): readonly StatedLanguage[] => {
  const isStated = event.type === 'ContactRegistered' || event.type === 'ContactUpdated';
  if (!isStated) return [];
  const { contactId, language } = event.data;
  if (language === undefined || isErased(language)) return [];
  return [{ tenantId: event.tenantid, contactId, language }];
};

/** Brings into the ledger what ingestion heard: declared consents, time zones, and messages of ours. */
@Injectable()
export class FollowContactsConsumer implements Consumer<Type> {
  readonly group = contactsGroup;
  readonly topics = ['contact-signals.v1'];
  readonly types = types;
  /** The time zone and a consent's proof are personal: they are read here and sealed again in the ledger. */
  readonly personalData = 'opened';

  constructor(
    private readonly policies: ContactPolicies,
    private readonly vault: Vault,
    private readonly wishes: WishFacts,
    private readonly addresses: SharedAddresses,
  ) {}

  async handle(tx: Queryable, events: readonly Event[]): Promise<void> {
    await this.addresses.keepLanguages(tx, events.flatMap(languagesOf));
    const facts: PolicyFact[] = [];
    for (const cause of events) {
      const ledgerFacts = await this.#factsOf(tx, cause);
      facts.push(
        ...ledgerFacts.flatMap((fact) => (fact === undefined ? [] : [{ ...fact, cause }])),
      );
    }
    await this.policies.runIn(tx, [...facts, ...(await this.#ofNewcomers(tx, events))]);
  }

  /** Who has an address from now on is bound by what others who have it refused on it. */
  async #ofNewcomers(tx: Queryable, events: readonly Event[]): Promise<PolicyFact[]> {
    const newcomers = events.flatMap((cause) => {
      const isNewcomer = cause.type === 'ContactRegistered' || cause.type === 'ContactUpdated';
      if (!isNewcomer || cause.data.identities.email === undefined) return [];
      const { contactId, identities } = cause.data;
      return [{ cause, contactId, email: identities.email }];
    });
    const stated = newcomers.flatMap(({ cause, contactId, email }) =>
      email === undefined || isErased(email)
        ? []
        : [{ tenantId: cause.tenantid, cause, contactId, email }],
    );
    const facts: PolicyFact[] = [];
    // Before the cards are written: whoever stops an address meanwhile finds them, or is heard here.
    for (const [tenantId, own] of Map.groupBy(stated, (one) => one.tenantId)) {
      facts.push(...(await this.addresses.ofStopped(tx, tenantId, own)));
    }
    await this.addresses.keep(tx, stated);
    for (const [tenantId, own] of Map.groupBy(newcomers, ({ cause }) => cause.tenantid)) {
      facts.push(...(await this.addresses.ofNewcomers(tx, tenantId, own)));
    }
    return facts;
  }

  async #factsOf(tx: Queryable, event: Event): Promise<readonly (LedgerFact | undefined)[]> {
    switch (event.type) {
      case 'ContactRegistered':
      case 'ContactUpdated':
        return [this.#timeZoneOf(event)];
      case 'ContactLinked':
        return await this.#linkOf(tx, event);
      case 'ConsentDeclared':
        return [this.#consentOf(event)];
      case 'SignalRecorded':
        return [this.#outboundOf(event), this.#wishOf(event)];
      case 'MessageCounted':
        return [this.#hourOf(event)];
      case 'ObjectionHeard':
        return [this.wishes.ofObjection(event)];
      default:
        return assertNever(event);
    }
  }

  /** Who goes on as another contact is not asked to object twice: what the earlier one refused or withdrew holds for the later. */
  async #linkOf(tx: Queryable, { id, data }: Event<'ContactLinked'>): Promise<LedgerFact[]> {
    const { contactId, otherContactId, direction } = data;
    if (direction !== 'previous') return [];
    const state = await this.policies.stateIn(tx, otherContactId);
    const { suppressions, outbound } = state;
    const refused = suppressionScopes.flatMap((scope): LedgerFact[] => {
      const at = suppressedSince(suppressions, scope);
      if (at === undefined) return [];
      const command = { kind: 'suppress', contactId, scope, ground: 'objection', at } as const;
      return [{ id: this.vault.factId('linked', id, scope), command }];
    });
    const spent = outbound.flatMap((one, nth): LedgerFact[] => {
      const seen = seenLeavingOf(one);
      if (seen === undefined) return [];
      // Of an hour alone nothing is known that would tell two messages apart, but for which of them it is.
      const which = seen.messageRef ?? `${seen.at}/${nth}`;
      const command = { kind: 'count-outbound', contactId, ...seen } as const;
      return [{ id: this.vault.factId('linked', id, which), command }];
    });
    return [...refused, ...this.#withdrawnBefore(state, { id, data }), ...spent];
  }

  #withdrawnBefore(
    state: ContactPolicyState,
    { id: linkId, data }: Pick<Event<'ContactLinked'>, 'id' | 'data'>,
  ): readonly LedgerFact[] {
    const { contactId, otherContactId } = data;
    return carriedOf(state).consents.flatMap((consent): readonly LedgerFact[] => {
      if (consent.state !== 'withdrawn') return [];
      const { purpose, channel, at, leftAt } = consent;
      const id = this.vault.factId('linked', linkId, purpose, channel);
      const proof = { source: `withdrawn as ${otherContactId}, which is the same person` };
      const own = leftAt === undefined ? {} : { by: 'person' as const };
      const consentId = formatConsentId(id);
      const withdrawal = { contactId, purpose, channel, at, proof, consentId, ...own };
      return [{ id, command: { kind: 'withdraw-consent', ...withdrawal } }];
    });
  }

  #timeZoneOf({ id, data }: Event<'ContactRegistered' | 'ContactUpdated'>): LedgerFact | undefined {
    const { contactId, timeZone } = data;
    if (timeZone === undefined || isErased(timeZone)) return undefined;
    const command = { kind: 'set-time-zone', contactId, timeZone } as const;
    return { id: this.vault.factId('time-zone', id), command };
  }

  #consentOf({ id, data }: Event<'ConsentDeclared'>): LedgerFact | undefined {
    const { state, proof, ...consent } = data;
    // Without its proof a consent is none, and an erased person gave none.
    if (isErased(proof.source)) return undefined;
    const kind = state === 'given' ? 'give-consent' : 'withdraw-consent';
    const consentId = formatConsentId(id);
    return {
      id: this.vault.factId('consent', id),
      command: { kind, ...consent, proof, consentId },
    };
  }

  #outboundOf({ tenantid, data }: Event<'SignalRecorded'>): LedgerFact | undefined {
    if (showsNone(data)) {
      const { contactId, messageRef } = data;
      const command = { kind: 'discount-outbound', contactId, messageRef } as const;
      return { id: this.vault.factId(tenantid, 'no-outbound', messageRef), command };
    }
    // An erased person is not counted for.
    if (!showsLeaving(data) || isErased(data.occurredAt)) return undefined;
    const { contactId, occurredAt: at, messageRef, messageCategory } = data;
    const category = messageCategory === undefined ? {} : { messageCategory };
    return {
      // One message is counted once, whatever its statuses and their order.
      id: this.vault.countId(tenantid, messageRef),
      command: { kind: 'count-outbound', contactId, at, messageRef, ...category },
    };
  }

  /** Ingestion gave it the id that a signal of the message gets here: who agrees between two statuses is counted for once. */
  #hourOf({ id, causationid, data }: Event<'MessageCounted'>): LedgerFact {
    const { contactId, hour: at, messageCategory, isNone } = data;
    if (isNone) {
      return { id, command: { kind: 'forget-count', contactId, at, countId: causationid } };
    }
    const category = messageCategory === undefined ? {} : { messageCategory };
    return {
      id,
      command: { kind: 'count-outbound', contactId, at, precision: 'hour', ...category },
    };
  }

  /** A wish is told on a topic of its own; here it is found again where it was told before there was one. */
  #wishOf({ id, data }: Event<'SignalRecorded'>): LedgerFact | undefined {
    const { contactId, occurredAt: at, origin } = data;
    const wish = wishOf(data);
    // What a file or a key says of a person's change of mind opens nothing.
    if (wish?.asks === 'resume' && origin !== 'whatsapp-webhook') return undefined;
    return wish && this.wishes.of(id, { contactId, at, channel: 'whatsapp', ...wish });
  }
}
