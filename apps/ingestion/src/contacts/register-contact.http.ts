import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RegisterContactRequest, RegisterContactResponse } from '@tact/contracts';
import {
  Answers,
  Audited,
  Caller,
  type CallerIdentity,
  currentContext,
  Describe,
  DisclosesNothing,
  EventStore,
  Idempotent,
  InvalidIdentity,
  ProblemError,
  registrableIdentities,
  RequireScope,
} from '@tact/platform';
import { IdentityOptions } from './identity-options.ts';
import { ContactRegistrations } from './contact-registrations.ts';
import { ProvenConsents } from './proven-consents.ts';
import type { RegistrationRequest } from './registration-request.ts';
import { isTypedBy } from './typed-rows.ts';

const CANDIDATES_MAX = 10;
const conflictSentence =
  'The identities belong to different contacts: nothing was applied but the refusals in it. A person settles it (GET /v1/identity-conflicts).';
/** Also of a line of an import. */
export const ambiguousSentence =
  'Several contacts have this e-mail: name the person by phone, bsuid, crmId or link as well.';

/** Creates the contact, or finds it by what is its own alone, and adds what is new. */
export class RegisterContact extends Command<RegisterContactResponse> {
  constructor(
    readonly caller: CallerIdentity,
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
    private readonly identities: IdentityOptions,
    private readonly proven: ProvenConsents,
  ) {}

  async execute({ caller, request }: RegisterContact) {
    const { tenantId } = caller;
    const consents = await this.proven.ofRequest(tenantId, request.consents ?? []);
    const options = await this.identities.of(tenantId);
    try {
      const { identities, stated } = registrableIdentities(request.identities, options);
      return await this.#register(tenantId, {
        request: { ...request, identities, consents },
        stated,
        isTyped: isTypedBy(caller, 'request'),
      });
    } catch (error) {
      if (!(error instanceof InvalidIdentity)) throw error;
      const pointer = `/identities/${error.kind}`;
      throw new ProblemError(error.isWellFormed ? 'unprocessable' : 'validation-failed', {
        errors: [{ pointer, message: error.message }],
        cause: error,
      });
    }
  }

  async #register(tenantId: string, row: Omit<RegistrationRequest, 'commandId' | 'rowRef'>) {
    const { commandId, traceId } = currentContext() ?? {};
    const rowRef = `request/${commandId ?? traceId ?? 'unknown'}`;
    const [done] = await this.store.transaction((tx) =>
      this.registrations.register(tx, tenantId, [{ ...row, commandId, rowRef }]),
    );
    if (done === undefined) throw new Error('A registration answered nothing.');
    if (!('contactId' in done)) {
      const { conflictId } = done;
      const detail = conflictId === undefined ? ambiguousSentence : conflictSentence;
      throw new ProblemError('identity-conflict', { detail, conflictId });
    }
    const { contactId, candidates } = done;
    const some = candidates.slice(0, CANDIDATES_MAX);
    return { contactId, ...(some.length === 0 ? {} : { candidates: some }) };
  }
}

@Controller('v1/contacts')
export class RegisterContactController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @RequireScope('contacts:write')
  @Idempotent()
  @Audited('ContactRegistered', 'ContactUpdated', 'ConsentDeclared', 'WithdrawalDeclared')
  @DisclosesNothing(
    'It answers the id of whom the caller has just named, and nothing that is known of them.',
  )
  @Describe({
    operationId: 'registerContact',
    tag: 'Contacts',
    summary: 'Registers a contact, or finds it by an identity of its own',
    description:
      'Found by link, crmId, bsuid or phone; by an e-mail alone only where one contact has it. What is new is added; another phone or e-mail of the same record takes the place of the earlier one where a program tells it, and is a conflict where a member of staff does. Identities of different contacts are a conflict, which a person settles: nothing is applied but the refusals. A consent never lies in the future; one that is given says how the person agreed and which text was shown.',
    refuses: ['identity-conflict', 'unprocessable'],
  })
  @Answers(RegisterContactResponse, { description: 'The id of the contact.' })
  register(
    @Caller() caller: CallerIdentity,
    @Body({ schema: RegisterContactRequest }) request: RegisterContactRequest,
  ) {
    return this.commands.execute(new RegisterContact(caller, request));
  }
}
