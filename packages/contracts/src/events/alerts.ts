import { z } from 'zod';
import { AlertKind } from '../alert-kinds.ts';
import { AlertId, TenantId } from '../ids.ts';
import { plainText, utcTime } from '../personal.ts';
import { defineEvent } from './define.ts';

const matter = {
  alertId: AlertId,
  kind: AlertKind,
  /** Absent: the matter is of the service as a whole. */
  tenantId: TenantId.optional(),
  /** Which one of its kind: a reason, a read model, an incident. */
  about: plainText(120).optional(),
};

/** No person is in them; the subject is the alert. */
export const AlertRaised = defineEvent({
  type: 'AlertRaised',
  version: 1,
  description: 'A part of a service says that a person must look.',
  data: z.object({ ...matter, since: utcTime(), count: z.int() }),
});

export const AlertResolved = defineEvent({
  type: 'AlertResolved',
  version: 1,
  description: 'The matter an alert was about is over.',
  data: z.object({ ...matter, until: utcTime() }),
});
