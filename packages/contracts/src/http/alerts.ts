import { z } from 'zod';
import { plainText, utcTime } from '../personal.ts';
import { WithoutEffect } from '../without-effect.ts';

/** What a person must look at. */
export const AlertKind = z.enum([
  'without-effect-grows',
  'keys-parked',
  'clock-skew',
  'not-storing',
  'relay-stalled',
]);
export type AlertKind = z.infer<typeof AlertKind>;

/** One matter, with numbers and no person in it. */
export const Alert = z.object({
  kind: AlertKind,
  /** Why parts had no effect, where that is what grew. */
  reason: WithoutEffect.optional(),
  state: z.enum(['open', 'closed']),
  since: utcTime(),
  /** When it closed itself. */
  until: utcTime().optional(),
  /** Of what it is about: parts of the last hours, keys, seconds. */
  count: z.int(),
  what: plainText(200),
  todo: plainText(200),
});
export type Alert = z.infer<typeof Alert>;

/** `GET /v1/alerts`: of the caller's tenant, open ones first, then the latest that closed. */
export const AlertList = z.object({ items: z.array(Alert) });
export type AlertList = z.infer<typeof AlertList>;
