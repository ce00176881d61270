import { z } from 'zod';
import { IncidentId, TenantId } from '../ids.ts';
import { plainText, utcTime } from '../personal.ts';
import { SenderSignalKind } from '../signals.ts';
import { defineEvent } from './define.ts';

/** About the business's own sending. The subject of these events is the tenant, and no person is in them. */
export const SenderSignalRecorded = defineEvent({
  type: 'SenderSignalRecorded',
  version: 1,
  description: 'WhatsApp, or the platform itself, said something about the sender as a whole.',
  data: z.object({
    tenantId: TenantId,
    kind: SenderSignalKind,
    occurredAt: utcTime(),
    wabaId: plainText(64).optional(),
    /** Our sending number, WhatsApp's phone_number_id. */
    sender: plainText(64).optional(),
    /** Name or id of the template it is about. */
    template: plainText(512).optional(),
    code: z.int().optional(),
    /** WhatsApp's own word for the new state, e.g. `RED`, `DISABLED`, `FLAGGED`. */
    state: plainText(80).optional(),
    previousState: plainText(80).optional(),
    /** How many times, where it is a count. */
    count: z.int().nonnegative().optional(),
  }),
});

/** What makes the platform hold all negative evidence of a window back. */
export const IncidentCause = z.enum(['delivery-stall', 'declared']);

const incident = {
  tenantId: TenantId,
  incidentId: IncidentId,
  cause: IncidentCause,
  /** The first instant whose silence is not to be held against anyone. */
  from: utcTime(),
};

export const IncidentOpened = defineEvent({
  type: 'IncidentOpened',
  version: 1,
  description: 'Most contacts of a tenant are stuck at once: the fault is not theirs.',
  data: z.object({
    ...incident,
    openedAt: utcTime(),
    /** Messages of the window, and how many of them were stuck, when it was opened. */
    messages: z.int().nonnegative(),
    stuck: z.int().nonnegative(),
    /** Share of stuck messages that is usual for this tenant, 0 to 1. */
    usualShare: z.number().min(0).max(1),
  }),
});

export const IncidentClosed = defineEvent({
  type: 'IncidentClosed',
  version: 1,
  description: 'Deliveries are as usual again; the window between is censored.',
  data: z.object({ ...incident, until: utcTime(), closedAt: utcTime() }),
});
