import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  TenantSlug,
  WebhookChallenge,
  WebhookReceipt,
  WebhookSignature,
  WebhookVerification,
  WhatsAppWebhook,
} from '@tact/contracts';
import {
  amendContext,
  Answers,
  Clock,
  Describe,
  DisclosesNothing,
  Unaudited,
  Heartbeat,
  parseForeignJson,
  ProblemError,
  Public,
  RawRoute,
} from '@tact/platform';
import { isDatedAhead } from '../signals/attributed-signal.ts';
import { answerHandshake } from './handshake.ts';
import { RecordObservations } from './record-observations.ts';
import { signatureMatches } from './signature.ts';
import { type WebhookAccount, WebhookAccounts } from './webhook-accounts.ts';
import { type Reading, readWebhook } from './whatsapp.ts';

const parseBody = (rawBody: Buffer): WhatsAppWebhook => {
  try {
    return WhatsAppWebhook.parse(parseForeignJson(rawBody));
  } catch {
    // The parser's own message quotes the body, which is a person's.
    throw new ProblemError('malformed-request', { detail: 'The body is not a webhook in JSON.' });
  }
};

const verification = {
  tag: 'Webhooks',
  description: 'Gives the challenge back as text.',
  refuses: ['verification-refused'],
  query: WebhookVerification,
} as const;

const reception = {
  tag: 'Webhooks',
  refuses: ['signature-invalid', 'body-too-large', 'unsupported-media-type'],
  body: WhatsAppWebhook,
  headers: { 'X-Hub-Signature-256': WebhookSignature },
} as const;

const challengeFor = (query: Record<string, unknown>, { verifyToken }: WebhookAccount): string => {
  const answer = answerHandshake(query, verifyToken);
  if (answer === 'malformed') throw new ProblemError('malformed-request');
  if (answer === 'refused') throw new ProblemError('verification-refused');
  return answer.challenge;
};

/** Without a slug: of the tenant that the environment names. */
@Controller('v1/webhooks/whatsapp')
export class ReceiveWebhooksController {
  constructor(
    private readonly commands: CommandBus,
    private readonly accounts: WebhookAccounts,
    private readonly clock: Clock,
    private readonly heartbeat: Heartbeat,
  ) {}

  @Get()
  @Public()
  @Header('content-type', 'text/plain; charset=utf-8')
  @DisclosesNothing('It answers the challenge that WhatsApp sent.')
  @Describe({
    ...verification,
    operationId: 'verifyWebhook',
    summary: 'Answers the subscription check of Meta for the first tenant',
  })
  @Answers(WebhookChallenge, { type: 'text/plain', description: 'The challenge.' })
  async verify(@Query() query: Record<string, unknown>): Promise<string> {
    return challengeFor(query, await this.accounts.of(undefined));
  }

  @Get(':slug')
  @Public()
  @Header('content-type', 'text/plain; charset=utf-8')
  @DisclosesNothing('It answers the challenge that WhatsApp sent.')
  @Describe({
    ...verification,
    operationId: 'verifyTenantWebhook',
    summary: 'Answers the subscription check of Meta for a tenant',
  })
  @Answers(WebhookChallenge, { type: 'text/plain', description: 'The challenge.' })
  async verifyOf(
    @Param('slug', { schema: TenantSlug }) slug: string,
    @Query() query: Record<string, unknown>,
  ): Promise<string> {
    return challengeFor(query, await this.accounts.of(slug));
  }

  @Post()
  @Public()
  @RawRoute()
  @HttpCode(200)
  @Unaudited('WhatsApp reports it, and nobody of ours acts.')
  @Describe({
    ...reception,
    operationId: 'receiveWebhook',
    summary: 'Takes a webhook of WhatsApp for the first tenant',
    description: 'Answered only once its facts are durable. A wrong signature stores nothing.',
  })
  @Answers(WebhookReceipt, { description: 'It is stored.' })
  async receive(
    @Body() body: Buffer | undefined,
    @Headers('x-hub-signature-256') signature: string | undefined,
  ): Promise<WebhookReceipt> {
    return this.#take(await this.accounts.of(undefined), body, signature);
  }

  @Post(':slug')
  @Public()
  @RawRoute()
  @HttpCode(200)
  @Unaudited('WhatsApp reports it, and nobody of ours acts.')
  @Describe({
    ...reception,
    operationId: 'receiveTenantWebhook',
    summary: 'Takes a webhook of WhatsApp for a tenant',
    description:
      'Signed with the secret of that tenant; a name that no tenant has is answered like a wrong signature. What is of another account has no effect.',
  })
  @Answers(WebhookReceipt, { description: 'It is stored.' })
  async receiveOf(
    @Param('slug', { schema: TenantSlug }) slug: string,
    @Body() body: Buffer | undefined,
    @Headers('x-hub-signature-256') signature: string | undefined,
  ): Promise<WebhookReceipt> {
    return this.#take(await this.accounts.of(slug), body, signature);
  }

  async #take(
    { tenantId, appSecret, wabaIds }: WebhookAccount,
    bytes: Buffer = Buffer.alloc(0),
    signature: string | undefined,
  ): Promise<WebhookReceipt> {
    if (!signatureMatches(bytes, signature, appSecret)) {
      throw new ProblemError('signature-invalid', {
        headers: { 'www-authenticate': 'X-Hub-Signature-256 realm="whatsapp"' },
      });
    }
    amendContext({ tenantId });
    const reading = readWebhook(parseBody(bytes), { wabaIds, now: this.clock.now() });
    await this.#assertOurClock(reading);
    await this.commands.execute(new RecordObservations(tenantId, reading));
    return { received: true };
  }

  /**
   * Facts dated ahead wait for their time. But when our clock is known to be wrong, every fact of the present looks
   * like one of them: then WhatsApp keeps them, and sends them again.
   */
  async #assertOurClock({ observations, orphans }: Reading): Promise<void> {
    const now = this.clock.now();
    const facts = [...observations, ...orphans];
    if (!facts.some(({ occurredAt }) => isDatedAhead(occurredAt, now))) return;
    if (await this.heartbeat.isClockTrusted()) return;
    throw new ProblemError('unavailable', { retryAfterSeconds: 30 });
  }
}
