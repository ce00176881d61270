import { z } from 'zod';
import { ApiKeyId, StaffId } from '../ids.ts';
import { plainText, statedTime, utcTime } from '../personal.ts';
import { Scope } from '../scopes.ts';
import { statedName } from './proposals.ts';
import { Cursor } from './query.ts';

const DAY_S = 86_400;

/** `POST /v1/api-keys`. No expiry unless one is given. */
export const CreateApiKeyRequest = z
  .strictObject({
    /** What the key is for, in the business's words; never a person's name. */
    label: plainText(80),
    scopes: z
      .array(Scope)
      .min(1)
      .max(Scope.options.length)
      .refine((scopes) => new Set(scopes).size === scopes.length, { message: 'Name a scope once.' })
      .meta({ uniqueItems: true }),
    /** In the future. */
    expiresAt: statedTime().optional(),
    /** The member of staff who acts by it; the scopes lie within their roles. Of a program it is absent. */
    actor: StaffId.optional(),
    /** Who asks for administrative scopes, where the key is nobody's and the tenant has no staff, but a second key. */
    proposedBy: statedName().optional(),
  })
  .meta({
    examples: [{ label: 'CRM, nightly import', scopes: ['signals:write', 'contacts:write'] }],
  });
export type CreateApiKeyRequest = z.infer<typeof CreateApiKeyRequest>;

/** `POST /v1/api-keys/{keyId}/rotate`: a successor with the same scopes and label. */
export const RotateApiKeyRequest = z.strictObject({
  /** Seconds the old key still works, up to 30 days; 0 ends it at once. */
  overlapSeconds: z
    .int()
    .min(0)
    .max(30 * DAY_S)
    .default(DAY_S),
  /** Of the successor; as long a life as the old key was given when absent. */
  expiresAt: statedTime().optional(),
});
export type RotateApiKeyRequest = z.infer<typeof RotateApiKeyRequest>;

/** `DELETE /v1/api-keys/{keyId}?force=true`: also the last key that could make another. */
export const RevokeApiKeyQuery = z.strictObject({
  force: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: '`true` revokes the last key that could make another too.' }),
});
export type RevokeApiKeyQuery = z.infer<typeof RevokeApiKeyQuery>;

/** A key as its tenant sees it: everything but its text, of which only a fingerprint is kept. */
export const ApiKeyView = z.object({
  keyId: ApiKeyId,
  label: plainText(80),
  scopes: z.array(Scope),
  state: z.enum(['active', 'expired', 'revoked']),
  createdAt: utcTime(),
  expiresAt: utcTime().optional(),
  revokedAt: utcTime().optional(),
  /** To the hour; absent when it was never used. */
  lastUsedAt: utcTime().optional(),
  /** The member of staff who acts by it. */
  actor: StaffId.optional(),
  /** The key that takes its place, once it was rotated. */
  successorKeyId: ApiKeyId.optional(),
  /** Whether it is the key this was asked with. */
  isOwn: z.boolean(),
});
export type ApiKeyView = z.infer<typeof ApiKeyView>;

/** `key` is shown once: an answer repeated for an `Idempotency-Key` comes without it, because it is kept nowhere. */
export const CreatedApiKey = ApiKeyView.extend({
  key: z.string().meta({ personal: false }).optional(),
});
export type CreatedApiKey = z.infer<typeof CreatedApiKey>;

export const RotatedApiKey = CreatedApiKey.extend({ replaced: ApiKeyView });
export type RotatedApiKey = z.infer<typeof RotatedApiKey>;

/** `GET /v1/api-keys`: every key there ever was, oldest first. */
export const ApiKeyPage = z.object({
  items: z.array(ApiKeyView),
  nextCursor: Cursor.optional(),
});
export type ApiKeyPage = z.infer<typeof ApiKeyPage>;
