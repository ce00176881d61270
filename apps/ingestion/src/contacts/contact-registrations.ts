import { Injectable } from '@nestjs/common';
import type { DeclaredConsent, Identities, RegisterContactRequest } from '@tact/contracts';
import { opensAnalysis } from '@tact/domain';
import { EventStore, type Queryable, type StreamAppend, Vault } from '@tact/platform';
import { ConsentGate } from '../consent-gate/consent-gate.ts';
import { WishesOfStrangers } from '../wishes/wishes-of-strangers.ts';
import { type ContactEvent, contactEvents } from './contact-events.ts';

/** One person to register, identities in their canonical form, consents dated no later than now. */
export type RegistrationRequest = {
  readonly request: RegisterContactRequest;
  /** The same identities as `registrableIdentities` keeps them for the index. */
  readonly stated: Identities;
  /** The same on the same contact is the same registration. */
  readonly commandId?: string | undefined;
};

export type ContactRegistration =
  | {
      readonly contactId: string;
      /** False when everything of it was recorded before. */
      readonly isNews: boolean;
    }
  | 'identity-conflict';

/** What a registration would come to. */
export type Foreseen = 'create' | 'update' | 'unchanged' | 'conflict';

type ConsentData = DeclaredConsent & { readonly contactId: string };
type Declared = {
  readonly tenantId: string;
  readonly data: ConsentData;
  readonly commandId?: string | undefined;
};

/** What is appended, and the consent it declares, if any. */
type Appended = { readonly append: StreamAppend; readonly consent?: ConsentData };

/** Registers people, and keeps what is declared of their consents, in batches. */
@Injectable()
export class ContactRegistrations {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly gate: ConsentGate,
    private readonly strangers: WishesOfStrangers,
  ) {}

  /** In the order asked. Throws `InvalidIdentity` before anything is written. */
  async register(
    tx: Queryable,
    tenantId: string,
    requests: readonly RegistrationRequest[],
  ): Promise<ContactRegistration[]> {
    await this.strangers.shareLock(tx, tenantId);
    const registrations = await this.vault.registerMany(
      tx,
      tenantId,
      requests.map(({ stated }) => stated),
    );
    const appends: (Appended & { readonly nth: number })[] = [];
    const answers = registrations.map((registration, nth): ContactRegistration => {
      const { request, commandId } = requests[nth] as RegistrationRequest;
      if ('conflict' in registration) return 'identity-conflict';
      const { contactId } = registration;
      const events = contactEvents(registration, request);
      const own = this.#appendsOf({ tenantId, contactId, commandId }, events);
      appends.push(...own.map((appended) => ({ ...appended, nth })));
      return { contactId, isNews: false };
    });
    const recorded = await this.#append(tx, tenantId, appends);
    await this.#bind(tx, tenantId, { registrations, requests });
    const news = new Set(appends.filter((_, at) => recorded[at]).map(({ nth }) => nth));
    return answers.map((answer, nth) =>
      typeof answer === 'string' ? answer : { ...answer, isNews: news.has(nth) },
    );
  }

  /** What somebody asked before we knew them holds from the moment we do. */
  async #bind(
    tx: Queryable,
    tenantId: string,
    {
      registrations,
      requests,
    }: {
      readonly registrations: Awaited<ReturnType<Vault['registerMany']>>;
      readonly requests: readonly RegistrationRequest[];
    },
  ): Promise<void> {
    const newcomers = registrations.flatMap((registration, nth) => {
      if ('conflict' in registration || registration.added.length === 0) return [];
      const stated = requests[nth]?.stated ?? {};
      // Under the others it has heard what was asked, as facts of its own with their exact times.
      const added = registration.added.map((kind) => [kind, stated[kind]]);
      return [
        { contactId: registration.contactId, identities: Object.fromEntries(added) as Identities },
      ];
    });
    const wishes = await this.strangers.appendsOf(tx, tenantId, newcomers);
    if (wishes.length > 0) await this.store.appendIn(tx, wishes);
  }

  /** The same without a fact: what it touches in the index is taken back with the caller's transaction. */
  async foresee(
    tx: Queryable,
    tenantId: string,
    requests: readonly RegistrationRequest[],
  ): Promise<Foreseen[]> {
    const people = requests.map(({ stated }) => stated);
    const registrations = await this.vault.registerMany(tx, tenantId, people);
    return registrations.map((registration, nth): Foreseen => {
      const { request } = requests[nth] as RegistrationRequest;
      if ('conflict' in registration) return 'conflict';
      if (registration.created) return 'create';
      return contactEvents(registration, request).length === 0 ? 'unchanged' : 'update';
    });
  }

  /** Declared consents of known contacts, in the order given: true where one was not declared before. */
  declare(
    tx: Queryable,
    tenantId: string,
    declared: readonly { readonly data: ConsentData; readonly commandId: string }[],
  ): Promise<boolean[]> {
    const appends = declared.map((one) => this.#consentAppend({ tenantId, ...one }));
    return this.#append(tx, tenantId, appends);
  }

  async #append(tx: Queryable, tenantId: string, appends: readonly Appended[]): Promise<boolean[]> {
    if (appends.length === 0) return [];
    const results = await this.store.appendIn(
      tx,
      appends.map(({ append }) => append),
    );
    // One that was declared before is at the gate already, with whatever was said since.
    const fresh = results.map(({ duplicate }) => !duplicate);
    const declared = appends.flatMap(({ consent }, at) => (consent && fresh[at] ? [consent] : []));
    await this.gate.record(
      tx,
      declared
        .filter(opensAnalysis)
        .map(({ contactId, state, at }) => ({ tenantId, contactId, state, at })),
    );
    return fresh;
  }

  /** Each is a fact of its own: repeating one must not hide a new one. */
  #appendsOf(
    subject: { tenantId: string; contactId: string; commandId?: string | undefined },
    events: readonly ContactEvent[],
  ): Appended[] {
    const { tenantId, contactId, commandId } = subject;
    return events.map((event, nth) => {
      if (event.type === 'ConsentDeclared') {
        // Counted from the end, because the contact's own event may be missing when the command runs again.
        const own = commandId && `${commandId}/consent-${events.length - nth}`;
        return this.#consentAppend({ tenantId, data: event.data, commandId: own }, commandId);
      }
      const append: StreamAppend = {
        stream: `contact-${contactId}`,
        expected: 'any',
        events: [event],
        context: { tenantId, subject: contactId, ...idsOf(commandId) },
      };
      return { append };
    });
  }

  #consentAppend({ tenantId, data, commandId }: Declared, causationId = commandId): Appended {
    const { contactId, purpose, channel, state, at } = data;
    const parts = ['consent-declared', contactId, purpose, channel, state, at];
    const id = this.vault.factId(tenantId, ...parts);
    const append: StreamAppend = {
      stream: `contact-${contactId}`,
      expected: 'any',
      events: [consentEvent(id, data)],
      context: { tenantId, subject: contactId, ...idsOf(commandId, causationId) },
    };
    return { append, consent: data };
  }
}

/** A withdrawal goes ahead of everything else that is told; an agreement may wait its turn. */
const consentEvent = (id: string, data: ConsentData): StreamAppend['events'][number] => {
  if (data.state === 'given') return { id, type: 'ConsentDeclared', data };
  const { state: _, ...withdrawal } = data;
  return { id, type: 'WithdrawalDeclared', data: withdrawal };
};

const idsOf = (commandId: string | undefined, causationId = commandId) =>
  commandId === undefined || causationId === undefined ? {} : { commandId, causationId };
