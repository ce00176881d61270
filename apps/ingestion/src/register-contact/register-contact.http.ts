import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RegisterContactRequest, RegisterContactResponse } from '@tact/contracts';
import {
  Answers,
  canonicalIdentities,
  Clock,
  currentContext,
  EventStore,
  heardBy,
  Idempotent,
  InvalidIdentity,
  ProblemError,
  refuseFuture,
  RequireScope,
  type StreamAppend,
  Tenant,
  Vault,
} from '@tact/platform';
import { ConsentGate } from '../consent-gate.ts';
import { type ContactEvent, contactEvents } from './contact-events.ts';

/** Creates the contact, or finds it by any of its identities and adds what is new. */
export class RegisterContact extends Command<{ contactId: string }> {
  constructor(
    readonly tenantId: string,
    readonly request: RegisterContactRequest,
  ) {
    super();
  }
}

@CommandHandler(RegisterContact)
export class RegisterContactHandler implements ICommandHandler<RegisterContact> {
  constructor(
    private readonly vault: Vault,
    private readonly store: EventStore,
    private readonly gate: ConsentGate,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId, request }: RegisterContact) {
    const now = this.clock.now();
    const stated = request.consents ?? [];
    refuseFuture(
      now,
      stated.map(({ at }, nth) => ({ at, pointer: `/consents/${nth}/at` })),
    );
    const consents = stated.map((consent) => ({ ...consent, at: heardBy(now, consent.at) }));
    try {
      const identities = canonicalIdentities(request.identities);
      return await this.register(tenantId, { ...request, identities, consents });
    } catch (error) {
      if (!(error instanceof InvalidIdentity)) throw error;
      const pointer = `/identities/${error.kind}`;
      throw new ProblemError('validation-failed', {
        errors: [{ pointer, message: error.message }],
        cause: error,
      });
    }
  }

  private register(tenantId: string, request: RegisterContactRequest) {
    return this.store.transaction(async (tx) => {
      const registration = await this.vault.register(tx, tenantId, request.identities);
      if ('conflict' in registration) {
        throw new ProblemError('identity-conflict', {
          detail: 'Register the identities apart, or merge the contacts first.',
        });
      }
      const { contactId } = registration;
      const events = contactEvents(registration, request);
      if (events.length === 0) return { contactId };
      const results = await this.store.appendIn(tx, this.appendsOf(tenantId, contactId, events));
      const consents = events.flatMap((event, nth) =>
        // One that was declared before is at the gate already, with whatever was said since.
        event.type === 'ConsentDeclared' && results[nth]?.duplicate === false ? [event.data] : [],
      );
      await this.gate.record(
        tx,
        consents
          .filter(({ purpose, channel }) => purpose === 'signal-analysis' && channel === 'whatsapp')
          .map(({ state, at }) => ({ tenantId, contactId, state, at })),
      );
      return { contactId };
    });
  }

  /** Each is a fact of its own: repeating one must not hide a new one. */
  private appendsOf(
    tenantId: string,
    contactId: string,
    events: readonly ContactEvent[],
  ): StreamAppend[] {
    const { commandId } = currentContext() ?? {};
    return events.map((event, nth) => {
      const isConsent = event.type === 'ConsentDeclared';
      // Counted from the end, because the contact's own event may be missing when the command runs again.
      const own = isConsent ? `${commandId}/consent-${events.length - nth}` : commandId;
      const ids =
        own === undefined || commandId === undefined
          ? {}
          : { commandId: own, causationId: commandId };
      return {
        stream: `contact-${contactId}`,
        expected: 'any',
        events: [isConsent ? { ...event, id: this.consentFactId(tenantId, event.data) } : event],
        context: { tenantId, subject: contactId, ...ids },
      };
    });
  }

  private consentFactId(
    tenantId: string,
    {
      contactId,
      purpose,
      channel,
      state,
      at,
    }: Record<'contactId' | 'purpose' | 'channel' | 'state' | 'at', string>,
  ): string {
    return this.vault.factId(tenantId, 'consent-declared', contactId, purpose, channel, state, at);
  }
}

@Controller('v1/contacts')
export class RegisterContactController {
  constructor(private readonly commands: CommandBus) {}

  /** `POST /v1/contacts` with scope `contacts:write`; 409 when the identities belong to different contacts. */
  @Post()
  @HttpCode(200)
  @RequireScope('contacts:write')
  @Idempotent()
  @Answers(RegisterContactResponse)
  register(
    @Tenant() tenantId: string,
    @Body({ schema: RegisterContactRequest }) request: RegisterContactRequest,
  ) {
    return this.commands.execute(new RegisterContact(tenantId, request));
  }
}
