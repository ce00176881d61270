import { z } from 'zod';

// Meta adds fields and values without notice, so every object is loose and only what is used is named.

const Timestamp = z.union([z.int(), z.string().regex(/^\d{1,12}$/)]).transform(Number);

export const Status = z.looseObject({
  id: z.string().min(1),
  status: z.string(),
  timestamp: Timestamp,
  recipient_id: z.string().optional(),
  recipient_user_id: z.string().optional(),
  recipient_type: z.string().optional(),
  recipient_participant_id: z.string().optional(),
  recipient_participant_user_id: z.string().optional(),
  pricing: z.looseObject({ category: z.string().optional() }).optional(),
  errors: z.array(z.looseObject({ code: z.int() })).optional(),
});
export type Status = z.infer<typeof Status>;

export const Message = z.looseObject({
  id: z.string().min(1),
  type: z.string(),
  timestamp: Timestamp,
  from: z.string().optional(),
  from_user_id: z.string().optional(),
});
export type Message = z.infer<typeof Message>;

export const MessagesValue = z.looseObject({
  metadata: z.looseObject({ phone_number_id: z.string().optional() }).optional(),
  statuses: z.array(z.unknown()).optional(),
  messages: z.array(z.unknown()).optional(),
  errors: z.array(z.unknown()).optional(),
});
export type MessagesValue = z.infer<typeof MessagesValue>;

export const WebhookBody = z.looseObject({
  object: z.string(),
  entry: z.array(
    z.looseObject({
      id: z.string(),
      changes: z
        .array(z.looseObject({ field: z.string(), value: z.unknown() }))
        .optional()
        .default([]),
    }),
  ),
});
export type WebhookBody = z.infer<typeof WebhookBody>;
