import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RegisterContactRequest, RegisterContactResponse } from '@tact/contracts';
import {
  Answers,
  Clock,
  EventStore,
  Idempotent,
  InvalidIdentity,
  ProblemError,
  refuseFuture,
  RequireScope,
  Tenant,
  Vault,
} from '@tact/platform';
import { ConsentGate } from '../consent-gate.ts';
import { contactEvents } from './contact-events.ts';

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
    const stated = (request.consents ?? []).map(({ at }, nth) => ({
      at,
      pointer: `/consents/${nth}/at`,
    }));
    refuseFuture(this.clock.now(), stated);
    try {
      return await this.register(tenantId, request);
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
      const events = contactEvents(registration, request).map((event) =>
        event.type === 'ConsentDeclared'
          ? { ...event, id: this.consentFactId(tenantId, event.data) }
          : event,
      );
      if (events.length > 0) {
        const context = { tenantId, subject: contactId };
        await this.store.appendIn(
          tx,
          // Each declared consent is a fact of its own: repeating one must not hide a new one.
          events.map((event) => ({
            stream: `contact-${contactId}`,
            expected: 'any',
            events: [event],
            context,
          })),
        );
      }
      await this.gate.record(
        tx,
        (request.consents ?? [])
          .filter(({ purpose, channel }) => purpose === 'signal-analysis' && channel === 'whatsapp')
          .map(({ state, at }) => ({ tenantId, contactId, state, at })),
      );
      return { contactId };
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
