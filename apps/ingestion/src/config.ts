import { z } from 'zod';

/** What ingestion needs beyond the platform's own settings. Secrets have no default here. */
const Settings = z.object({
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
  /** On what ground signals are analysed; the second needs the reference of its recorded balancing test. */
  LAWFUL_BASIS: z.enum(['consent', 'legitimate-interest']).default('consent'),
  /** Where the balancing test of a legitimate interest is recorded (GDPR Art. 6(1)(f)). */
  BALANCING_TEST_REFERENCE: z.string().min(1).optional(),
  /** The gate is refused to be asked when it has not been complete for so many seconds. */
  GATE_STALE_SECONDS: z.coerce.number().positive().default(900),
  /** Seconds between two looks at whether the gate has heard everything. */
  GATE_LOOK_SECONDS: z.coerce.number().positive().default(5),
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
  /** Seconds between two looks at whether most contacts of a tenant are stuck at once. */
  COHORT_LOOK_SECONDS: z.coerce.number().positive().default(15),
});

export const IngestionConfig = Settings.refine(
  ({ LAWFUL_BASIS, BALANCING_TEST_REFERENCE }) =>
    LAWFUL_BASIS === 'consent' || BALANCING_TEST_REFERENCE !== undefined,
  {
    path: ['BALANCING_TEST_REFERENCE'],
    message: 'is needed for a legitimate interest: name where its balancing test is recorded.',
  },
);
export type IngestionConfig = z.infer<typeof IngestionConfig>;
