import { z } from 'zod';
import { MessageCategory, SignalOrigin } from '../events/contact-signals.ts';
import { MessageRef } from '../ids.ts';
import { personal, plainText, utcTime } from '../personal.ts';
import { SignalKind, signalFamilies } from '../signals.ts';
import { AsOf } from './block-likelihood.ts';
import { Cursor } from './query.ts';

/** `GET /v1/contacts/{contactId}/signals`: what was observed, latest received first. */
export const SignalTimelinePage = z.object({
  items: z.array(
    z.object({
      eventId: z.uuid(),
      kind: SignalKind,
      family: z.enum(signalFamilies),
      occurredAt: utcTime(),
      origin: SignalOrigin,
      messageRef: MessageRef.optional(),
      sender: plainText(64).optional(),
      code: z.int().optional(),
      messageCategory: MessageCategory.optional(),
      inboundType: plainText(40).optional(),
      observer: personal('observer', z.string()).optional(),
      saw: personal('free-text', z.string()).optional(),
      baseline: z.object({ at: utcTime(), saw: personal('free-text', z.string()) }).optional(),
      backfill: z.boolean().optional(),
    }),
  ),
  nextCursor: Cursor.optional(),
  /** `at` is when it was answered: facts do not age. */
  asOf: AsOf,
});
export type SignalTimelinePage = z.infer<typeof SignalTimelinePage>;
