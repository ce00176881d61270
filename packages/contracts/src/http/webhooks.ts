import { z } from 'zod';

/**
 * `POST /v1/webhooks/whatsapp`: what Meta sends. Entries are read one by one: what is wrong in one must not
 * lose the others.
 */
export const WhatsAppWebhook = z
  .looseObject({
    object: z.string().meta({ personal: false }),
    entry: z.array(z.unknown().meta({ personal: 'free-text' })),
  })
  .meta({ examples: [{ object: 'whatsapp_business_account', entry: [] }] });
export type WhatsAppWebhook = z.infer<typeof WhatsAppWebhook>;

/** `GET /v1/webhooks/whatsapp`: Meta's subscription check. */
export const WebhookVerification = z.looseObject({
  'hub.mode': z.literal('subscribe').meta({ description: 'What Meta asks for.' }),
  'hub.verify_token': z
    .string()
    .meta({ personal: false, description: 'The token that was set at Meta.' }),
  'hub.challenge': z.string().meta({ personal: false, description: 'What is to be given back.' }),
});

/** HMAC-SHA-256 of the exact bytes of the body under the app's secret. */
export const WebhookSignature = z
  .string()
  .regex(/^sha256=[0-9a-f]{64}$/)
  .meta({
    personal: false,
    description: 'HMAC-SHA-256 of the exact bytes of the body under the secret of the app.',
    examples: [`sha256=${'0'.repeat(64)}`],
  });

export const WebhookReceipt = z.object({ received: z.literal(true) });
export type WebhookReceipt = z.infer<typeof WebhookReceipt>;

export const WebhookChallenge = z.string().meta({ personal: false });
