import { Injectable } from '@nestjs/common';
import { type Queryable, type StreamAppend, Vault } from '@tact/platform';
import { type ConsentAppend, ConsentDeclarations, idsOf } from './consent-declarations.ts';
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
      /** Whose identities became this contact's. */
      readonly losers: readonly string[];
    }
  /** Nothing was applied but the refusals. Undefined where nothing can be settled: an e-mail alone, which several have. */
  | { readonly conflictId: string | undefined };

/** What a registration would come to. */
export type Foreseen = 'create' | 'update' | 'unchanged' | 'conflict';

/** The rows of a batch are one caller's. */
const isTyped = (requests: readonly RegistrationRequest[]): boolean =>
  requests.some((request) => request.isTyped === true);

/** Registers people in batches, with what is declared of their consents. */
@Injectable()
export class ContactRegistrations {
  constructor(
    private readonly vault: Vault,
    private readonly consents: ConsentDeclarations,
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
      { decided: options.decided, isTyped: isTyped(requests) },
    );
    const judged = requests.map((row, nth): JudgedRow => {
      const registration = registrations[nth];
      if (registration === undefined) throw new Error('registerMany lost one of the people');
      return { row, registration };
    });
    const appends = judged.flatMap((one, nth) =>
      this.#appendsOf(tenantId, one).map((appended) => ({ ...appended, nth })),
    );
    const recorded = await this.consents.append(tx, tenantId, appends);
    const news = new Set(appends.filter((_, at) => recorded[at]).map(({ nth }) => nth));
    const conflictIds = await this.outcomes.take(tx, tenantId, judged, options);
    return judged.map((one, nth): ContactRegistration => {
      const { registration } = one;
      if ('conflict' in registration) return { conflictId: conflictIds.get(one) };
      const { contactId, candidates, losers } = registration;
      return { contactId, isNews: news.has(nth), candidates, losers };
    });
  }

  /** The same without a fact: what it touches in the index is taken back with the caller's transaction. */
  async foresee(
    tx: Queryable,
    tenantId: string,
    requests: readonly RegistrationRequest[],
  ): Promise<Foreseen[]> {
    const people = requests.map(({ stated }) => stated);
    const registrations = await this.vault.registerMany(tx, tenantId, people, {
      isTyped: isTyped(requests),
    });
    return registrations.map((registration, nth): Foreseen => {
      const { request } = requests[nth] as RegistrationRequest;
      if (!('contactId' in registration)) return 'conflict';
      if (registration.created) return 'create';
      return contactEvents(registration, request).length === 0 ? 'unchanged' : 'update';
    });
  }

  /** What is applied of a row: all of it, or, where it is two people's, the refusals in it to each of them. */
  #appendsOf(tenantId: string, { row, registration }: JudgedRow): ConsentAppend[] {
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
        return [this.consents.appendOf({ tenantId, data, commandId: own }, commandId)];
      }),
    );
  }

  /** Each is a fact of its own: repeating one must not hide a new one. */
  #ownAppends(
    subject: { tenantId: string; contactId: string; commandId?: string | undefined },
    events: readonly ContactEvent[],
  ): ConsentAppend[] {
    const { tenantId, contactId, commandId } = subject;
    return events.map((event, nth) => {
      if (event.type === 'ConsentDeclared') {
        const own = consentCommand(commandId, events.length - nth);
        return this.consents.appendOf({ tenantId, data: event.data, commandId: own }, commandId);
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
}

/**
 * Each consent of a command is one of its own. Counted from the end, because the contact's own event may be missing when the
 * command runs again, or where the row is in conflict: the same row told every night is told once.
 */
const consentCommand = (commandId: string | undefined, fromEnd: number): string | undefined =>
  commandId && `${commandId}/consent-${fromEnd}`;
