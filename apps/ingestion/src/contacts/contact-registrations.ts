import { Injectable } from '@nestjs/common';
import type { DeclaredConsent } from '@tact/contracts';
import { opensAnalysis } from '@tact/domain';
import { EventStore, type Queryable, type StreamAppend, Vault } from '@tact/platform';
import { ConsentGate } from '../consent-gate/consent-gate.ts';
import { type ContactEvent, contactEvents } from './contact-events.ts';
import type { JudgedRow } from './follow-identities.ts';
import { RegistrationOutcomes } from './registration-outcomes.ts';
import type { RegisterOptions, RegistrationRequest } from './registration-request.ts';

export type ContactRegistration =
  | {
      readonly contactId: string;
      /** False when everything of it was recorded before. */
      readonly isNews: boolean;
      /** Of a new contact: who may be the same person. */
      readonly candidates: readonly string[];
    }
  /** Nothing was applied but the refusals. Undefined where nothing can be settled: an e-mail alone, which several have. */
  | { readonly conflictId: string | undefined };

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
    private readonly outcomes: RegistrationOutcomes,
  ) {}

  /** In the order asked. Throws `InvalidIdentity` before anything is written. */
  async register(
    tx: Queryable,
    tenantId: string,
    requests: readonly RegistrationRequest[],
    options: RegisterOptions = {},
  ): Promise<ContactRegistration[]> {
    await this.outcomes.begin(tx, tenantId, options.isRepeated === true ? [] : requests);
    const registrations = await this.vault.registerMany(
      tx,
      tenantId,
      requests.map(({ stated }) => stated),
      { decided: options.decided },
    );
    const judged = requests.map((row, nth): JudgedRow => {
      const registration = registrations[nth];
      if (registration === undefined) throw new Error('registerMany lost one of the people');
      return { row, registration };
    });
    const appends = judged.flatMap((one, nth) =>
      this.#appendsOf(tenantId, one).map((appended) => ({ ...appended, nth })),
    );
    const recorded = await this.#append(tx, tenantId, appends);
    const news = new Set(appends.filter((_, at) => recorded[at]).map(({ nth }) => nth));
    const conflictIds = await this.outcomes.take(tx, tenantId, judged, options);
    return judged.map((one, nth): ContactRegistration => {
      const { registration } = one;
      if ('conflict' in registration) return { conflictId: conflictIds.get(one) };
      const { contactId, candidates } = registration;
      return { contactId, isNews: news.has(nth), candidates };
    });
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
      if (!('contactId' in registration)) return 'conflict';
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

  /** What is applied of a row: all of it, or, where it is two people's, the refusals in it to each of them. */
  #appendsOf(tenantId: string, { row, registration }: JudgedRow): Appended[] {
    const { request, commandId } = row;
    if ('contactId' in registration) {
      const { contactId } = registration;
      return this.#ownAppends(
        { tenantId, contactId, commandId },
        contactEvents(registration, request),
      );
    }
    const { consents = [] } = request;
    return registration.contacts.flatMap((contactId) =>
      consents.flatMap((consent, nth) => {
        if (consent.state !== 'withdrawn') return [];
        const own = consentCommand(commandId, consents.length - nth);
        const data = { contactId, ...consent };
        return [this.#consentAppend({ tenantId, data, commandId: own }, commandId)];
      }),
    );
  }

  /** Each is a fact of its own: repeating one must not hide a new one. */
  #ownAppends(
    subject: { tenantId: string; contactId: string; commandId?: string | undefined },
    events: readonly ContactEvent[],
  ): Appended[] {
    const { tenantId, contactId, commandId } = subject;
    return events.map((event, nth) => {
      if (event.type === 'ConsentDeclared') {
        const own = consentCommand(commandId, events.length - nth);
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

/**
 * Each consent of a command is one of its own. Counted from the end, because the contact's own event may be missing when the
 * command runs again, or where the row is in conflict: the same row told every night is told once.
 */
const consentCommand = (commandId: string | undefined, fromEnd: number): string | undefined =>
  commandId && `${commandId}/consent-${fromEnd}`;

/** A withdrawal goes ahead of everything else that is told; an agreement may wait its turn. */
const consentEvent = (id: string, data: ConsentData): StreamAppend['events'][number] => {
  if (data.state === 'given') return { id, type: 'ConsentDeclared', data };
  const { state: _, ...withdrawal } = data;
  return { id, type: 'WithdrawalDeclared', data: withdrawal };
};

const idsOf = (commandId: string | undefined, causationId = commandId) =>
  commandId === undefined || causationId === undefined ? {} : { commandId, causationId };
