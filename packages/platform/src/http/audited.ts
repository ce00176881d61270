import { SetMetadata } from '@nestjs/common';
import type { EventType, PerformedAct } from '@tact/contracts';

export const auditedKey = 'tact:audited';

/** What of a route's work stands in the audit: the acts it may be, or a sentence why it is none. */
export type Audit =
  | { readonly acts: readonly (EventType | PerformedAct)[] }
  | { readonly why: string };

/** What the route does is one of these acts: events that are audited, or acts that are performed. */
export const Audited = (...acts: readonly (EventType | PerformedAct)[]) =>
  SetMetadata(auditedKey, { acts } satisfies Audit);

/** The route changes something, and it is no act of anybody: a sentence says why. */
export const Unaudited = (why: string) => SetMetadata(auditedKey, { why } satisfies Audit);
