import type { SystemActor } from '@tact/contracts';
import type { StreamAppend } from '../event-store/events.ts';
import type { FirstKeyChange } from '../http/access/first-key.ts';
import { performedAppend } from '../acts/act-book.ts';

/** The settings that the platform starts with: whoever wrote them is known to nobody here. */
const installation: SystemActor = 'system:installation';

/** The first key of an installation, which opens everything, is drawn by no caller: the audit says so all the same. */
export const firstKeyActs = (
  tenantId: string,
  { madeId, scopes, revokedIds }: FirstKeyChange,
): readonly StreamAppend[] => [
  ...revokedIds.map((about) =>
    performedAppend({ tenantId, act: 'first-key-revoked', about }, { actorId: installation }),
  ),
  performedAppend(
    {
      tenantId,
      act: 'first-key-made',
      about: madeId,
      changed: scopes.map((scope) => `+${scope}`),
    },
    { actorId: installation },
  ),
];
