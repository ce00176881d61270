import { Injectable } from '@nestjs/common';
import type { DeclaredConsent, RegisterContactRequest } from '@tact/contracts';
import { EventStore, type Queryable, type StreamAppend, Vault } from '@tact/platform';
import { ConsentGate } from '../consent-gate/consent-gate.ts';
import { type ContactEvent, contactEvents } from './contact-events.ts';

/** One person to register, identities in their canonical form, consents dated no later than now. */
export type Wanted = {
  readonly request: RegisterContactRequest;
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

type ConsentData = DeclaredConsent & { readonly contactId: string };
type Declared = {
  readonly tenantId: string;
  readonly data: ConsentData;
  readonly commandId?: string | undefined;
};

/** Registers people, and keeps what is declared of their consents, in batches. */
@Injectable()
export class ContactRegistrations {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly gate: ConsentGate,
  ) {}

  /** In the order asked. Throws `InvalidIdentity` before anything is written. */
  async register(
    tx: Queryable,
    tenantId: string,
    wanted: readonly Wanted[],
  ): Promise<ContactRegistration[]> {
    const registrations = await this.vault.registerMany(
      tx,
      tenantId,
      wanted.map(({ request }) => request.identities),
    );
    const appends: { readonly nth: number; readonly append: StreamAppend }[] = [];
    const answers = registrations.map((registration, nth): ContactRegistration => {
      const { request, commandId } = wanted[nth] as Wanted;
      if ('conflict' in registration) return 'identity-conflict';
      const { contactId } = registration;
      const events = contactEvents(registration, request);
      const own = this.appendsOf({ tenantId, contactId, commandId }, events);
      appends.push(...own.map((append) => ({ nth, append })));
      return { contactId, isNews: false };
    });
    const recorded = await this.append(
      tx,
      tenantId,
      appends.map(({ append }) => append),
    );
    const news = new Set(appends.filter((_, at) => recorded[at]).map(({ nth }) => nth));
    return answers.map((answer, nth) =>
      typeof answer === 'string' ? answer : { ...answer, isNews: news.has(nth) },
    );
  }

  /** Declared consents of known contacts, in the order given: true where one was not declared before. */
  declare(
    tx: Queryable,
    tenantId: string,
    declared: readonly { readonly data: ConsentData; readonly commandId: string }[],
  ): Promise<boolean[]> {
    const appends = declared.map((one) => this.consentAppend({ tenantId, ...one }));
    return this.append(tx, tenantId, appends);
  }

  private async append(
    tx: Queryable,
    tenantId: string,
    appends: readonly StreamAppend[],
  ): Promise<boolean[]> {
    if (appends.length === 0) return [];
    const results = await this.store.appendIn(tx, appends);
    // One that was declared before is at the gate already, with whatever was said since.
    const fresh = results.map(({ duplicate }) => !duplicate);
    const consents = appends.flatMap(({ events: [event] }, at) =>
      fresh[at] && event?.type === 'ConsentDeclared' ? [event.data as ConsentData] : [],
    );
    await this.gate.record(
      tx,
      consents
        .filter(({ purpose, channel }) => purpose === 'signal-analysis' && channel === 'whatsapp')
        .map(({ contactId, state, at }) => ({ tenantId, contactId, state, at })),
    );
    return fresh;
  }

  /** Each is a fact of its own: repeating one must not hide a new one. */
  private appendsOf(
    subject: { tenantId: string; contactId: string; commandId?: string | undefined },
    events: readonly ContactEvent[],
  ): StreamAppend[] {
    const { tenantId, contactId, commandId } = subject;
    return events.map((event, nth) => {
      if (event.type === 'ConsentDeclared') {
        // Counted from the end, because the contact's own event may be missing when the command runs again.
        const own = commandId && `${commandId}/consent-${events.length - nth}`;
        return this.consentAppend({ tenantId, data: event.data, commandId: own }, commandId);
      }
      return {
        stream: `contact-${contactId}`,
        expected: 'any' as const,
        events: [event],
        context: { tenantId, subject: contactId, ...idsOf(commandId) },
      };
    });
  }

  private consentAppend(
    { tenantId, data, commandId }: Declared,
    causationId = commandId,
  ): StreamAppend {
    const { contactId, purpose, channel, state, at } = data;
    const parts = ['consent-declared', contactId, purpose, channel, state, at];
    const id = this.vault.factId(tenantId, ...parts);
    return {
      stream: `contact-${contactId}`,
      expected: 'any',
      events: [{ id, type: 'ConsentDeclared', data }],
      context: { tenantId, subject: contactId, ...idsOf(commandId, causationId) },
    };
  }
}

const idsOf = (commandId: string | undefined, causationId = commandId) =>
  commandId === undefined || causationId === undefined ? {} : { commandId, causationId };
