import { createSecretKey, type KeyObject } from 'node:crypto';
import { Body, Controller, Get, Header, Headers, HttpCode, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  Clock,
  ProblemError,
  Public,
  parseForeignJson,
  RawRoute,
  ServiceConfig,
} from '@tact/platform';
import type { IngestionConfig } from '../config.ts';
import { answerHandshake } from './handshake.ts';
import { RecordObservations } from './record-observations.ts';
import { signatureMatches } from './signature.ts';
import { readWebhook, WebhookBody } from './whatsapp.ts';

const parseBody = (rawBody: Buffer): WebhookBody => {
  try {
    return WebhookBody.parse(parseForeignJson(rawBody));
  } catch {
    // The parser's own message quotes the body, which is a person's.
    throw new ProblemError('malformed-request', { detail: 'The body is not a webhook in JSON.' });
  }
};

@Controller('v1/webhooks/whatsapp')
export class ReceiveWebhooksController {
  private readonly appSecret: KeyObject;

  constructor(
    private readonly commands: CommandBus,
    private readonly config: ServiceConfig<IngestionConfig>,
    private readonly clock: Clock,
  ) {
    this.appSecret = createSecretKey(config.values.WHATSAPP_APP_SECRET, 'utf8');
  }

  /** Meta's subscription check: gives the challenge back as text. */
  @Get()
  @Public()
  @Header('content-type', 'text/plain; charset=utf-8')
  verify(@Query() query: Record<string, unknown>): string {
    const answer = answerHandshake(query, this.config.values.WHATSAPP_VERIFY_TOKEN);
    if (answer === 'malformed') throw new ProblemError('malformed-request');
    if (answer === 'refused') throw new ProblemError('verification-refused');
    return answer.challenge;
  }

  /** A signed webhook: 200 only once its facts are durable; 401 and nothing stored on a wrong signature. */
  @Post()
  @Public()
  @RawRoute()
  @HttpCode(200)
  async receive(
    @Body() body: Buffer | undefined,
    @Headers('x-hub-signature-256') signature: string | undefined,
  ): Promise<{ received: true }> {
    const { WHATSAPP_TENANT, WHATSAPP_WABA_IDS } = this.config.values;
    const bytes = body ?? Buffer.alloc(0);
    if (!signatureMatches(bytes, signature, this.appSecret)) {
      throw new ProblemError('signature-invalid');
    }
    const reading = readWebhook(parseBody(bytes), {
      wabaIds: WHATSAPP_WABA_IDS,
      now: this.clock.now(),
    });
    await this.commands.execute(new RecordObservations(WHATSAPP_TENANT, reading));
    return { received: true };
  }
}
