import { z } from 'zod';

/** `.tact/credentials.json` (mode 600): what a caller of the embedded platform needs. */
export const Credentials = z.object({
  origin: z.url(),
  tenant: z.string(),
  apiKey: z.string(),
  whatsapp: z.object({
    appSecret: z.string(),
    verifyToken: z.string(),
    wabaIds: z.array(z.string()),
  }),
});
export type Credentials = z.infer<typeof Credentials>;
