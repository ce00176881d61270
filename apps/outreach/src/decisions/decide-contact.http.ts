import { randomBytes } from 'node:crypto';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ContactDecision, ContactDecisionRequest, formatId, reasonTexts } from '@tact/contracts';
import type { DecideContact } from '@tact/domain';
import {
  Answers,
  Describe,
  Idempotent,
  NamedContacts,
  RequireScope,
  Tenant,
  Unaudited,
} from '@tact/platform';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { DecisionFacts } from './decision-facts.ts';

/** May one message be sent to this person now? The answer is a fact with its reasons, allowed or not. */
export class RequestContact extends Command<ContactDecision> {
  constructor(
    readonly tenantId: string,
    readonly request: ContactDecisionRequest,
  ) {
    super();
  }
}

@CommandHandler(RequestContact)
export class RequestContactHandler implements ICommandHandler<RequestContact> {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly contacts: NamedContacts,
    private readonly facts: DecisionFacts,
  ) {}

  async execute({ tenantId, request }: RequestContact): Promise<ContactDecision> {
    const { channel, purpose, reserve = false } = request;
    const contactId = await this.contacts.idOf(tenantId, request);
    const facts = await this.facts.of(tenantId, contactId);
    const command: DecideContact = {
      kind: 'decide-contact',
      contactId,
      decisionId: formatId('decision', randomBytes(16)),
      channel,
      purpose,
      reserve,
      ...facts,
    };
    const beside = this.facts.addressesOf(tenantId, { purpose, channel });
    const { events, version } = await this.policies.run(tenantId, command, beside);
    const [event] = events;
    if (event?.type !== 'ContactAllowed' && event?.type !== 'ContactDenied') {
      throw new Error('a contact decision is allowed or denied');
    }
    const { contactId: _, at, reasons, ...decided } = event.data;
    return ContactDecision.parse({
      ...decided,
      decision: event.type === 'ContactAllowed' ? 'allowed' : 'denied',
      reasons: reasons.map((reason) => ({ reason, text: reasonTexts[reason] })),
      clock: at,
      streamVersion: version,
    });
  }
}

@Controller('v1/contact-decisions')
export class DecideContactController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @RequireScope('outreach:write')
  @Idempotent()
  @Unaudited(
    'A decision is a record of its own, with what it went by; its envelope names who asked.',
  )
  @Describe({
    operationId: 'decideContact',
    tag: 'Contact decisions',
    summary: 'Decides whether a message may be sent now',
    description:
      'A denial is an answer and no error: it names its reasons and the rules that were walked.',
    refuses: ['not-found', 'restricted', 'unprocessable'],
  })
  @Answers(ContactDecision, { description: 'The decision.' })
  decide(
    @Tenant() tenantId: string,
    @Body({ schema: ContactDecisionRequest }) request: ContactDecisionRequest,
  ): Promise<ContactDecision> {
    return this.commands.execute(new RequestContact(tenantId, request));
  }
}
