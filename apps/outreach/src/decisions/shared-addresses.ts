import { Injectable } from '@nestjs/common';
import type { Channel, EventDataOf, Purpose } from '@tact/contracts';
import { standingConsent, purposes, sharedAddresses } from '@tact/domain';
import { type Queryable, Vault } from '@tact/platform';
import { ContactPolicies, type PolicyFact } from '../ledger/contact-policies.ts';
import { AddressCards, type StatedAddress } from '../addresses/address-cards.ts';
import { SpokenLanguages, type StatedLanguage } from '../addresses/spoken-languages.ts';
import { formatConsentId } from '../ledger/consent-id.ts';
import type { LedgerFact } from './wish-facts.ts';

/** Of an address that so many share, whoever refused is found among the first: a refusal reached them all. */
const SHARERS_ASKED_MAX = 20;

const proof = { source: 'Refused by somebody who has the same address.' };

type Refusal = Pick<EventDataOf<'ConsentWithdrawn'>, 'contactId' | 'purpose' | 'channel' | 'at'>;

const promoted = Object.entries(purposes).flatMap(([purpose, { isPromotion }]) =>
  isPromotion ? [purpose as Purpose] : [],
);
const shared = Object.entries(sharedAddresses).flatMap(([channel, kind]) =>
  kind === undefined ? [] : [{ channel: channel as Channel, kind }],
);

type Newcomer = Pick<PolicyFact, 'cause'> & { readonly contactId: string };

/** Who shares an address shares the refusals on it: what cannot be told apart is not written to. */
@Injectable()
export class SharedAddresses {
  constructor(
    private readonly vault: Vault,
    private readonly policies: ContactPolicies,
    private readonly cards: AddressCards,
    private readonly languages: SpokenLanguages,
  ) {}

  /** What a refusal on a channel says of the others who have the address. */
  async ofRefusal(
    tenantId: string,
    { eventId, refusal }: { readonly eventId: string; readonly refusal: Refusal },
  ): Promise<LedgerFact[]> {
    const { contactId, purpose, channel, at } = refusal;
    const kind = sharedAddresses[channel];
    if (kind === undefined || !purposes[purpose].isPromotion) return [];
    const sharers = await this.vault.sharersOf(tenantId, [contactId], kind);
    return (sharers.get(contactId) ?? []).map((other) =>
      this.#withdrawal(eventId, { contactId: other, purpose, channel, at }),
    );
  }

  /** Whether a withdrawal is such a one: it goes no further, for the next may share another address. */
  isOfAnother(event: {
    readonly id: string;
    readonly causationid: string;
    readonly data: Refusal;
  }): boolean {
    return event.id === this.#idOf(event.causationid, event.data);
  }

  /** Where people are written to from now on. */
  keep(tx: Queryable, stated: readonly StatedAddress[]): Promise<void> {
    return this.cards.keep(tx, stated);
  }

  /** And in what language. */
  keepLanguages(tx: Queryable, stated: readonly StatedLanguage[]): Promise<void> {
    return this.languages.keep(tx, stated);
  }

  /** What others who have an address have refused on it, of people who have it from now on. */
  async ofNewcomers(
    tx: Queryable,
    tenantId: string,
    newcomers: readonly Newcomer[],
  ): Promise<PolicyFact[]> {
    const facts: PolicyFact[] = [];
    for (const { channel, kind } of shared) {
      const ids = newcomers.map(({ contactId }) => contactId);
      const sharers = await this.vault.sharersOf(tenantId, ids, kind);
      for (const { cause, contactId } of newcomers) {
        const others = (sharers.get(contactId) ?? []).slice(0, SHARERS_ASKED_MAX);
        const refused = await this.#refusedBy(tx, others, channel);
        facts.push(
          ...refused.map((one) => ({
            ...this.#withdrawal(cause.id, { ...one, contactId }),
            cause,
          })),
        );
      }
    }
    return facts;
  }

  /** What was stopped at addresses by whoever reads them is their own word, whoever they are registered as by now. */
  async ofStopped(
    tx: Queryable,
    tenantId: string,
    newcomers: readonly (Newcomer & { readonly email: string })[],
  ): Promise<PolicyFact[]> {
    const refs = newcomers.map(({ email }) => this.cards.refOf(tenantId, email));
    const stopped = await this.cards.stopped.of(tx, tenantId, refs);
    return newcomers.flatMap(({ contactId, cause }, nth) =>
      stopped
        .filter(({ ref }) => ref === refs[nth])
        .map(({ ref, purpose, at }) => {
          // By the hour that is kept: told again with every change of the contact, it is the same word.
          const id = this.vault.factId('stopped-address', contactId, ref, purpose, at);
          const consent = { contactId, purpose, channel: 'email', at, proof: {} } as const;
          const consentId = formatConsentId(id);
          return { id, command: { kind: 'unsubscribe', ...consent, consentId }, cause } as const;
        }),
    );
  }

  /** The latest refusal of each purpose by any of them. */
  async #refusedBy(
    tx: Queryable,
    contactIds: readonly string[],
    channel: Channel,
  ): Promise<Omit<Refusal, 'contactId'>[]> {
    const latest = new Map<Purpose, string>();
    for (const contactId of contactIds) {
      const state = await this.policies.stateIn(tx, contactId);
      for (const purpose of promoted) {
        const known = standingConsent(state, { purpose, channel });
        const before = latest.get(purpose) ?? '';
        if (known?.state === 'withdrawn' && known.at > before) latest.set(purpose, known.at);
      }
    }
    return [...latest].map(([purpose, at]) => ({ purpose, channel, at }));
  }

  #withdrawal(causeId: string, refusal: Refusal): LedgerFact {
    const id = this.#idOf(causeId, refusal);
    const command = {
      kind: 'withdraw-consent',
      ...refusal,
      proof,
      consentId: formatConsentId(id),
    } as const;
    return { id, command };
  }

  #idOf(causeId: string, { contactId, purpose, channel }: Refusal): string {
    return this.vault.factId('shared-address', causeId, contactId, purpose, channel);
  }
}
