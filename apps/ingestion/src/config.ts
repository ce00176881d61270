import { z } from 'zod';

/** What ingestion needs beyond the platform's own settings. Secrets have no default here. */
export const IngestionConfig = z.object({
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
  /** How long WhatsApp keeps trying to deliver a message, in seconds; its default is 30 days. */
  MESSAGE_TTL_SECONDS: z.coerce.number().int().positive().default(2_592_000),
  /** The same for one-time codes: WhatsApp's default is 10 minutes. */
  AUTHENTICATION_TTL_SECONDS: z.coerce.number().int().positive().default(600),
  /** Seconds a late webhook is waited for before a message counts as dropped. */
  MESSAGE_TTL_BUFFER_SECONDS: z.coerce.number().int().nonnegative().default(3_600),
  /** Seconds between two looks for messages that are due or orphans that can be joined. */
  MESSAGE_WATCH_SECONDS: z.coerce.number().positive().default(10),
  /** More failures of one code within 12 hours than this, and its automatic effects are suspended. */
  ERROR_CODE_FLOOD_MAX: z.coerce.number().int().positive().default(200),
  /** More failures a day of a code nobody has judged than this, and a human is told. */
  ERROR_CODE_UNKNOWN_MAX: z.coerce.number().int().positive().default(20),
});
export type IngestionConfig = z.infer<typeof IngestionConfig>;
