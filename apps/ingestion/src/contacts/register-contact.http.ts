import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type Identities, RegisterContactRequest, RegisterContactResponse } from '@tact/contracts';
import {
  Answers,
  Clock,
  currentContext,
  Describe,
  EventStore,
  notAfter,
  Idempotent,
  InvalidIdentity,
  ProblemError,
  registrableIdentities,
  refuseFuture,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { IdentityOptions } from './identity-options.ts';
import { ContactRegistrations } from './contact-registrations.ts';

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
    private readonly registrations: ContactRegistrations,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly identities: IdentityOptions,
  ) {}

  async execute({ tenantId, request }: RegisterContact) {
    const now = this.clock.now();
    const stated = request.consents ?? [];
    refuseFuture(
      now,
      stated.map(({ at }, nth) => ({ at, pointer: `/consents/${nth}/at` })),
    );
    const consents = stated.map((consent) => ({ ...consent, at: notAfter(now, consent.at) }));
    try {
      const { identities, stated: known } = registrableIdentities(
        request.identities,
        this.identities.values,
      );
      return await this.#register(tenantId, { ...request, identities, consents }, known);
    } catch (error) {
      if (!(error instanceof InvalidIdentity)) throw error;
      const pointer = `/identities/${error.kind}`;
      // What is well written and stands for nobody has the expected shape.
      const isNobody = error.reason === 'placeholder' || error.reason === 'fictional';
      throw new ProblemError(isNobody ? 'unprocessable' : 'validation-failed', {
        errors: [{ pointer, message: error.message }],
        cause: error,
      });
    }
  }

  async #register(tenantId: string, request: RegisterContactRequest, stated: Identities) {
    const { commandId } = currentContext() ?? {};
    const [done] = await this.store.transaction((tx) =>
      this.registrations.register(tx, tenantId, [{ request, stated, commandId }]),
    );
    if (done === undefined || done === 'identity-conflict') {
      throw new ProblemError('identity-conflict', {
        detail: 'Register the identities apart, or merge the contacts first.',
      });
    }
    return { contactId: done.contactId };
  }
}

@Controller('v1/contacts')
export class RegisterContactController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @RequireScope('contacts:write')
  @Idempotent()
  @Describe({
    operationId: 'registerContact',
    tag: 'Contacts',
    summary: 'Registers a contact, or finds it by any identity',
    description:
      'What is new is added. Refused when the identities belong to different contacts. A consent never lies in the future.',
    refuses: ['identity-conflict', 'unprocessable'],
  })
  @Answers(RegisterContactResponse, { description: 'The id of the contact.' })
  register(
    @Tenant() tenantId: string,
    @Body({ schema: RegisterContactRequest }) request: RegisterContactRequest,
  ) {
    return this.commands.execute(new RegisterContact(tenantId, request));
  }
}
