import { z } from 'zod';

/** The account of the first tenant, and how its webhooks are proved. Secrets have no default here. */
export const WhatsAppSettings = z.object({
  /** App secret of the Meta app that signs the webhooks. */
  WHATSAPP_APP_SECRET: z.string().min(1),
  /** Token Meta sends back when the subscription is verified. */
  WHATSAPP_VERIFY_TOKEN: z.string().min(1),
  /** Its WhatsApp Business Accounts, comma-separated; webhooks of others have no effect. */
  WHATSAPP_WABA_IDS: z.string(),
});
