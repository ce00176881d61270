import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  ConsentReceipt,
  type ConsentState,
  RecordConsentRequest,
  ReopenConsentRequest,
  WithdrawConsentRequest,
} from '@tact/contracts';
import { standingConsent, suppressionAgainst } from '@tact/domain';
import {
  Answers,
  Audited,
  Clock,
  Describe,
  Idempotent,
  NamedContacts,
  newEventId,
  notAfter,
  refuseFuture,
  RequireScope,
  Tenant,
} from '@tact/platform';
import { formatConsentId } from '../ledger/consent-id.ts';
import { ContactPolicies } from '../ledger/contact-policies.ts';
import { ConsentReceipts } from './receipts.ts';

/** Writes an agreement or its withdrawal into the ledger, with its proof. */
export class RecordConsent extends Command<ConsentReceipt> {
  constructor(
    readonly tenantId: string,
    readonly state: ConsentState,
    readonly request: RecordConsentRequest | ReopenConsentRequest | WithdrawConsentRequest,
  ) {
    super();
  }
}

@CommandHandler(RecordConsent)
export class RecordConsentHandler implements ICommandHandler<RecordConsent> {
  constructor(
    private readonly policies: ContactPolicies,
    private readonly clock: Clock,
    private readonly contacts: NamedContacts,
    private readonly receipts: ConsentReceipts,
  ) {}

  async execute({ tenantId, state, request }: RecordConsent): Promise<ConsentReceipt> {
    const now = this.clock.now();
    refuseFuture(now, [{ at: request.at, pointer: '/at' }]);
    const at = notAfter(now, request.at);
    const consentId = formatConsentId(newEventId());
    const { contact: _, proof: stated, ...consent } = request;
    const proof = await this.receipts.proven(tenantId, {
      state,
      purpose: request.purpose,
      proof: stated,
    });
    const contactId = await this.contacts.idOf(tenantId, request);
    const kind = state === 'given' ? 'give-consent' : 'withdraw-consent';
    const command = { kind, ...consent, proof, contactId, at, consentId } as const;
    const decided = await this.policies.run(tenantId, command);
    const { version, position } = decided;
    const [event] = decided.events;
    // A call repeated with its idempotency key names the record the first one wrote.
    if (event?.type !== 'ConsentGiven' && event?.type !== 'ConsentWithdrawn') {
      throw new Error('a consent is given or withdrawn');
    }
    const known = standingConsent(decided.state, request);
    return {
      consentId: event.data.consentId,
      receipt: (await this.receipts.of(tenantId, event.data.consentId)).receipt,
      state,
      version,
      position,
      standing: known?.state ?? state,
      refusal: suppressionAgainst(decided.state, request)?.scope ?? null,
    };
  }
}

@Controller('v1/consents')
export class RecordConsentController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(201)
  @RequireScope('consents:write')
  @Idempotent()
  @Audited('ConsentGiven')
  @Describe({
    operationId: 'recordConsent',
    tag: 'Consents',
    summary: 'Records a consent with its proof',
    description:
      'It says how the person agreed, to one purpose, and which text was shown: `noticeId`, or `noticeVersion` and `noticeSha256`. `at` never lies in the future; a later statement of the person replaces it. It ends no refusal: `refusal` names the one that stands. What the person took back on a page or by one click stays withdrawn, as `standing` says, until the person reopens it.',
    refuses: ['not-found', 'unprocessable'],
  })
  @Answers(ConsentReceipt, { description: 'The receipt.' })
  give(
    @Tenant() tenantId: string,
    @Body({ schema: RecordConsentRequest }) request: RecordConsentRequest,
  ): Promise<ConsentReceipt> {
    return this.commands.execute(new RecordConsent(tenantId, 'given', request));
  }

  @Post('reopenings')
  @HttpCode(201)
  @RequireScope('consents:reopen')
  @Idempotent()
  @Audited('ConsentGiven', 'SuppressionLifted')
  @Describe({
    operationId: 'reopenConsent',
    tag: 'Consents',
    summary: 'Records that a person agreed again, before a witness',
    description:
      'The one consent that ends a refusal made before it. `refusal` says whether one stands all the same.',
    refuses: ['not-found', 'unprocessable'],
  })
  @Answers(ConsentReceipt, { description: 'The receipt.' })
  reopen(
    @Tenant() tenantId: string,
    @Body({ schema: ReopenConsentRequest }) request: ReopenConsentRequest,
  ): Promise<ConsentReceipt> {
    return this.commands.execute(new RecordConsent(tenantId, 'given', request));
  }

  @Post('withdrawals')
  @HttpCode(201)
  @RequireScope('consents:write')
  @Idempotent()
  @Audited('ConsentWithdrawn')
  @Describe({
    operationId: 'withdrawConsent',
    tag: 'Consents',
    summary: 'Records that a consent was withdrawn',
    description:
      'Acknowledged with the version from which it no longer allows anything. It needs no proof.',
    refuses: ['not-found', 'unprocessable'],
  })
  @Answers(ConsentReceipt, { description: 'The receipt.' })
  withdraw(
    @Tenant() tenantId: string,
    @Body({ schema: WithdrawConsentRequest }) request: WithdrawConsentRequest,
  ): Promise<ConsentReceipt> {
    return this.commands.execute(new RecordConsent(tenantId, 'withdrawn', request));
  }
}
