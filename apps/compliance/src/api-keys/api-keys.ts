import { randomUUID } from 'node:crypto';
import type { ApiKeyView, EventDataOf } from '@tact/contracts';
import {
  type CallerIdentity,
  type ApiKeyRecord,
  type KeyRefusal,
  type PlatformConfig,
  ProblemError,
  type StreamAppend,
} from '@tact/platform';

export const refuseElapsed = (expiresAt: string | undefined, now: Date): void => {
  if (expiresAt === undefined || new Date(expiresAt) > now) return;
  throw new ProblemError('validation-failed', {
    errors: [{ pointer: '/expiresAt', message: 'Give an instant in the future.' }],
  });
};

/** What a key's text begins with after `tact_`: a leaked key tells where it opens doors. */
export const environmentOf = ({ TACT_MODE }: PlatformConfig): string =>
  TACT_MODE === 'embedded' ? 'demo' : 'live';

const details: Record<Exclude<KeyRefusal['refused'], 'unknown'>, string> = {
  ended: 'The key was revoked or has expired: create another one.',
  rotated: 'The key was rotated before: rotate its successor.',
  'last-admin':
    'No other key of the tenant lasts that could make one: create one first, or let an operator add ?force=true.',
  'last-operator':
    'No other key of the tenant lasts that acts on all tenants: create one first, or let an operator add ?force=true.',
};

export const problemOfRefusal = ({ refused }: KeyRefusal): ProblemError =>
  refused === 'unknown'
    ? new ProblemError('not-found')
    : new ProblemError('unprocessable', { detail: details[refused] });

export const viewOf = (record: ApiKeyRecord, caller: CallerIdentity, now: Date): ApiKeyView => {
  const { keyId, label, createdAt, expiresAt, revokedAt, lastUsedAt, successorKeyId, actor } =
    record;
  const isOver = expiresAt !== null && expiresAt <= now;
  return {
    keyId,
    label,
    scopes: [...record.scopes],
    state: revokedAt ? 'revoked' : isOver ? 'expired' : 'active',
    createdAt: createdAt.toISOString(),
    ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
    ...(revokedAt === null ? {} : { revokedAt: revokedAt.toISOString() }),
    ...(lastUsedAt === null ? {} : { lastUsedAt: lastUsedAt.toISOString() }),
    ...(actor === null ? {} : { actor }),
    ...(successorKeyId === null ? {} : { successorKeyId }),
    isOwn: keyId === caller.keyId,
  };
};

type KeyEventType = 'ApiKeyCreated' | 'ApiKeyRotated' | 'ApiKeyRevoked';

/** What happened to a key, for the audit: appended in the transaction that changed the key. */
export const auditOf = <Type extends KeyEventType>(
  type: Type,
  { tenantId, actorId: by }: CallerIdentity,
  data: Omit<EventDataOf<Type>, 'tenantId' | 'by'>,
): StreamAppend => ({
  stream: `api-keys-${tenantId}`,
  expected: 'any',
  events: [{ type, data: { tenantId, by, ...data } }],
  context: { tenantId, subject: tenantId, commandId: randomUUID() },
});
