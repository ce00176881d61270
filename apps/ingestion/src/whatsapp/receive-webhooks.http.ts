import { createSecretKey, type KeyObject } from 'node:crypto';
import { Body, Controller, Get, Header, Headers, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  WebhookChallenge,
  WebhookReceipt,
  WebhookSignature,
  WebhookVerification,
  WhatsAppWebhook,
} from '@tact/contracts';
import {
  Answers,
  Clock,
  Describe,
  Heartbeat,
  parseForeignJson,
  ProblemError,
  Public,
  RawRoute,
  ServiceConfig,
} from '@tact/platform';
import type { WhatsAppSettings } from './settings.ts';
import { isDatedAhead } from '../signals/attributed-signal.ts';
import { answerHandshake } from './handshake.ts';
import { RecordObservations } from './record-observations.ts';
import { signatureMatches } from './signature.ts';
import { type Reading, readWebhook } from './whatsapp.ts';

const parseBody = (rawBody: Buffer): WhatsAppWebhook => {
  try {
    return WhatsAppWebhook.parse(parseForeignJson(rawBody));
  } catch {
    // The parser's own message quotes the body, which is a person's.
    throw new ProblemError('malformed-request', { detail: 'The body is not a webhook in JSON.' });
  }
};

@Controller('v1/webhooks/whatsapp')
export class ReceiveWebhooksController {
  readonly #appSecret: KeyObject;

  constructor(
    private readonly commands: CommandBus,
    private readonly config: ServiceConfig<WhatsAppSettings>,
    private readonly clock: Clock,
    private readonly heartbeat: Heartbeat,
  ) {
    this.#appSecret = createSecretKey(config.values.WHATSAPP_APP_SECRET, 'utf8');
  }

  @Get()
  @Public()
  @Header('content-type', 'text/plain; charset=utf-8')
  @Describe({
    operationId: 'verifyWebhook',
    tag: 'Webhooks',
    summary: 'Answers the subscription check of Meta',
    description: 'Gives the challenge back as text.',
    refuses: ['verification-refused'],
    query: WebhookVerification,
  })
  @Answers(WebhookChallenge, { type: 'text/plain', description: 'The challenge.' })
  verify(@Query() query: Record<string, unknown>): string {
    const answer = answerHandshake(query, this.config.values.WHATSAPP_VERIFY_TOKEN);
    if (answer === 'malformed') throw new ProblemError('malformed-request');
    if (answer === 'refused') throw new ProblemError('verification-refused');
    return answer.challenge;
  }

  @Post()
  @Public()
  @RawRoute()
  @HttpCode(200)
  @Describe({
    operationId: 'receiveWebhook',
    tag: 'Webhooks',
    summary: 'Takes a webhook of WhatsApp',
    description: 'Answered only once its facts are durable. A wrong signature stores nothing.',
    refuses: ['signature-invalid', 'body-too-large', 'unsupported-media-type'],
    body: WhatsAppWebhook,
    headers: { 'X-Hub-Signature-256': WebhookSignature },
  })
  @Answers(WebhookReceipt, { description: 'It is stored.' })
  async receive(
    @Body() body: Buffer | undefined,
    @Headers('x-hub-signature-256') signature: string | undefined,
  ): Promise<WebhookReceipt> {
    const { WHATSAPP_TENANT, WHATSAPP_WABA_IDS } = this.config.values;
    const bytes = body ?? Buffer.alloc(0);
    if (!signatureMatches(bytes, signature, this.#appSecret)) {
      throw new ProblemError('signature-invalid', {
        headers: { 'www-authenticate': 'X-Hub-Signature-256 realm="whatsapp"' },
      });
    }
    const reading = readWebhook(parseBody(bytes), {
      wabaIds: WHATSAPP_WABA_IDS,
      now: this.clock.now(),
    });
    await this.#assertOurClock(reading);
    await this.commands.execute(new RecordObservations(WHATSAPP_TENANT, reading));
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
