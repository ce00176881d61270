import { z } from 'zod';
import { AlertKind, AlertOwner } from '../alert-kinds.ts';
import { AlertId } from '../ids.ts';
import { plainText, utcTime } from '../personal.ts';
import { WithoutEffect } from '../without-effect.ts';

/** One matter, with numbers and no person in it. */
export const Alert = z.object({
  /** Absent while it could not be stored: on a full disk an alert is told and not kept. */
  alertId: AlertId.optional(),
  kind: AlertKind,
  /** Why parts had no effect, where that is what grew. */
  reason: WithoutEffect.optional(),
  /** Which one of its kind: a read model, an incident, why nothing can be stored. */
  about: plainText(120).optional(),
  /** Whose matter it is. */
  owner: AlertOwner.optional(),
  state: z.enum(['open', 'closed']),
  since: utcTime(),
  /** When it closed itself. */
  until: utcTime().optional(),
  /** Of what it is about: parts of the last hours, keys, seconds. */
  count: z.int(),
  what: plainText(200),
  todo: plainText(200),
  /** Where it can be looked at: a path of the service's own port, or of the origin under `/v1`. */
  link: plainText(200).optional(),
});
export type Alert = z.infer<typeof Alert>;

/** `GET /v1/alerts`: of the caller's tenant, open ones first, then the latest that closed. */
export const AlertList = z.object({ items: z.array(Alert) });
export type AlertList = z.infer<typeof AlertList>;
