import { z } from 'zod';

// Meta adds fields and values without notice, so every object is loose and only what is used is named.

/** Seconds since the epoch. WhatsApp began in 2009: an earlier time is none, and a person's story would begin there. */
const Timestamp = z
  .union([z.int(), z.string().regex(/^\d{1,12}$/)])
  .transform(Number)
  .refine((seconds) => seconds >= 1_230_768_000);

/** What is nice to know: unreadable, it is absent, and the fact it came with is kept. */
const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);
const Text = lenient(z.string());

export const Status = z.looseObject({
  id: z.string().min(1),
  status: z.string(),
  timestamp: Timestamp,
  recipient_id: Text,
  recipient_user_id: Text,
  recipient_type: z.string().optional(),
  pricing: lenient(z.looseObject({ category: Text })),
  errors: lenient(z.array(z.looseObject({ code: lenient(z.int32()) }))),
});
export type Status = z.infer<typeof Status>;

export const Message = z.looseObject({
  id: z.string().min(1),
  type: z.string(),
  timestamp: Timestamp,
  from: Text,
  from_user_id: Text,
  group_id: z.unknown().optional(),
});
export type Message = z.infer<typeof Message>;

export const MessagesValue = z.looseObject({
  // As long as an event may carry it: a longer one would stop every reader of the person it came with.
  metadata: lenient(z.looseObject({ phone_number_id: lenient(z.string().min(1).max(64)) })),
  statuses: z.array(z.unknown()).optional(),
  messages: z.array(z.unknown()).optional(),
  errors: z.array(z.unknown()).optional(),
});

export const Change = z.looseObject({ field: z.string(), value: z.unknown() });

export const Entry = z.looseObject({
  id: z.string(),
  changes: z.array(z.unknown()).optional().default([]),
});

/** Entries are read one by one: what is wrong in one must not lose the others. */
export const WebhookBody = z.looseObject({ object: z.string(), entry: z.array(z.unknown()) });
export type WebhookBody = z.infer<typeof WebhookBody>;
