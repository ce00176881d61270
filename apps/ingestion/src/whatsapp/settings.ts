import { z } from 'zod';

/** Which webhooks are ours, and how they are proved. Secrets have no default here. */
export const WhatsAppSettings = z.object({
  /** App secret of the Meta app that signs the webhooks. */
  WHATSAPP_APP_SECRET: z.string().min(1),
  /** Token Meta sends back when the subscription is verified. */
  WHATSAPP_VERIFY_TOKEN: z.string().min(1),
  /** Our WhatsApp Business Accounts, comma-separated; webhooks of others have no effect. */
  WHATSAPP_WABA_IDS: z.string().transform(
    (ids) =>
      new Set(
        ids
          .split(',')
          .map((id) => id.trim())
          .filter((id) => id !== ''),
      ),
  ),
  /** The tenant these accounts belong to. */
  WHATSAPP_TENANT: z.string().default('demo'),
});
export type WhatsAppSettings = z.infer<typeof WhatsAppSettings>;
