import { randomBytes } from 'node:crypto';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  AskConfirmationRequest,
  AskedConfirmation,
  formatId,
  type Reason,
  reasonTexts,
} from '@tact/contracts';
import { aboutSentence, type ConfirmingRefusal, confirmingSentences } from '@tact/domain';
import {
  Answers,
  Audited,
  Describe,
  Idempotent,
  NamedContacts,
  Notices,
  ProblemError,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { AskedPeople } from './asked-people.ts';
import { LeaveConfirmations } from './leave-confirmations.ts';

/** Asks a person, at the address on file, to confirm a consent by a link. */
export class AskConfirmation extends Command<AskedConfirmation> {
  constructor(
    readonly tenantId: string,
    readonly request: AskConfirmationRequest,
  ) {
    super();
  }
}

const denied = (reasons: readonly Reason[], nextAllowedAt?: Date): AskedConfirmation => ({
  decision: 'denied',
  reasons: reasons.map((reason) => ({ reason, text: reasonTexts[reason] })),
  ...(nextAllowedAt === undefined ? {} : { nextAllowedAt: nextAllowedAt.toISOString() }),
});

const cannotConfirm = (
  { contactId }: AskConfirmationRequest,
  refusal: ConfirmingRefusal,
): ProblemError => {
  const pointer = contactId === undefined ? '/contact' : '/contactId';
  const errors = [{ pointer, message: confirmingSentences[refusal] }];
  return new ProblemError('unprocessable', { errors });
};

@CommandHandler(AskConfirmation)
export class AskConfirmationHandler implements ICommandHandler<AskConfirmation> {
  constructor(
    private readonly contacts: NamedContacts,
    private readonly people: AskedPeople,
    private readonly notices: Notices,
    private readonly leaving: LeaveConfirmations,
  ) {}

  async execute({ tenantId, request }: AskConfirmation): Promise<AskedConfirmation> {
    this.leaving.assertOpen();
    const { purpose, channel, noticeId, contact } = request;
    const named = await this.contacts.idOf(tenantId, request);
    const person = await this.people.of(tenantId, named, { purpose, channel });
    const notice = await this.notices.recordOf(tenantId, noticeId);
    if (notice === undefined) {
      const errors = [{ pointer: '/noticeId', message: 'No text is registered under this id.' }];
      throw new ProblemError('unprocessable', { errors });
    }
    if (notice.purposes?.includes(purpose) === false) {
      const errors = [{ pointer: '/noticeId', message: aboutSentence }];
      throw new ProblemError('unprocessable', { errors });
    }
    if (person.against.length > 0) return denied(person.against, person.nextAllowedAt);
    const email = await this.people.addresses.emailOf(tenantId, person.contactId, contact?.email);
    if (email === undefined) return denied(['address-unknown']);
    const { contactId, withdrawn } = person;
    const refusal = await this.people.addresses.refusalOf(tenantId, contactId, email);
    if (refusal !== undefined) throw cannotConfirm(request, refusal);
    const isStopped = await this.people.addresses.isStopped(
      { tenantId, contactId },
      { email, purpose },
    );
    if (isStopped) return denied(['consent-withdrawn']);
    const confirmationId = formatId('confirmation', randomBytes(16));
    const asked = { confirmationId, tenantId, contactId, purpose, channel, noticeId, withdrawn };
    const language = await this.people.addresses.languageOf(tenantId, contactId);
    const left = await this.leaving.run({ asked, email, language });
    if ('nextAllowedAt' in left) return denied(['asked-recently'], left.nextAllowedAt);
    return {
      decision: 'allowed',
      reasons: [{ reason: 'allowed', text: reasonTexts.allowed }],
      confirmationId,
      expiresAt: left.expiresAt.toISOString(),
    };
  }
}

@Controller('v1/consents/confirmations')
export class AskConfirmationController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @RequireScope('consents:write')
  @Idempotent()
  @Audited('ConfirmationAsked')
  @Describe({
    operationId: 'askConfirmation',
    tag: 'Consents',
    summary: 'Asks a person by mail to confirm a consent',
    description:
      'A link is sent to the address on file; the consent is recorded when the person follows it and confirms the registered text. Nobody is asked who refused or took this consent back, in quiet hours, beyond the cap, while the same question waits for its answer, or who left two unanswered in thirty days; what stands is asked again when the mail leaves. Refused (422) are addresses that the business itself reads, those of a function and those that several contacts have: through them nobody could show who agreed.',
    refuses: ['not-found', 'restricted', 'unprocessable', 'unavailable'],
  })
  @Answers(AskedConfirmation, { description: 'Whether the person is asked, and why not.' })
  ask(
    @Tenant() tenantId: string,
    @Body({ schema: AskConfirmationRequest }) request: AskConfirmationRequest,
  ): Promise<AskedConfirmation> {
    return this.commands.execute(new AskConfirmation(tenantId, request));
  }
}
