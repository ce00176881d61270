import { z } from 'zod';
import { OpenedWith } from '../events/staff.ts';
import { SessionId, StaffId } from '../ids.ts';
import { utcTime } from '../personal.ts';
import { Scope } from '../scopes.ts';
import { Cursor } from './query.ts';
import { StaffView } from './staff.ts';

/** 256 random bits. */
const secret = z
  .string()
  .regex(/^[\w-]{43}$/)
  .meta({ personal: false });

/** `POST /v1/login-links`. */
export const LoginLinkRequest = z
  .strictObject({ staffId: StaffId })
  .meta({ examples: [{ staffId: `st_${'0'.repeat(32)}` }] });
export type LoginLinkRequest = z.infer<typeof LoginLinkRequest>;

/**
 * Once, within fifteen minutes. `code` and `url` are absent where the link left by mail, and in an answer that is
 * repeated for an `Idempotency-Key`.
 */
export const LoginLink = z.object({
  staffId: StaffId,
  code: secret.optional(),
  /** The code is in the fragment, which is sent to no server. */
  url: z.string().meta({ personal: false }).optional(),
  expiresAt: utcTime(),
});
export type LoginLink = z.infer<typeof LoginLink>;

/** `POST /v1/sessions`. */
export const OpenSessionRequest = z
  .strictObject({ code: z.string().min(1).max(200).meta({ personal: false }) })
  .meta({ examples: [{ code: 'x'.repeat(43) }] });
export type OpenSessionRequest = z.infer<typeof OpenSessionRequest>;

export const SessionView = z.object({
  sessionId: SessionId,
  staffId: StaffId,
  openedWith: OpenedWith,
  openedAt: utcTime(),
  /** To the minute. */
  lastUsedAt: utcTime(),
  /** If it is not used until then. */
  idleUntil: utcTime(),
  /** In any case. */
  expiresAt: utcTime(),
  state: z.enum(['open', 'expired', 'ended']),
  /** Whether it is the one this was asked in. */
  isOwn: z.boolean(),
});
export type SessionView = z.infer<typeof SessionView>;

/** `sessionToken` opens nothing but signed tokens, and is shown this once. */
export const OpenedSession = SessionView.extend({
  sessionToken: z.string().meta({ personal: false }),
  staff: StaffView,
});
export type OpenedSession = z.infer<typeof OpenedSession>;

/** `POST /v1/sessions/current/tokens`: for `Authorization: Bearer`, at every service, for five minutes. */
export const SignedToken = z.object({
  token: z.string().meta({ personal: false }),
  staffId: StaffId,
  scopes: z.array(Scope),
  expiresAt: utcTime(),
});
export type SignedToken = z.infer<typeof SignedToken>;

/** `GET /v1/sessions`: one's own; whoever has `staff:write` is shown everybody's. Latest first. */
export const SessionPage = z.object({ items: z.array(SessionView), nextCursor: Cursor.optional() });
export type SessionPage = z.infer<typeof SessionPage>;

/** `GET /v1/sessions/oidc/callback`: what the provider of identities sends a person back with (RFC 6749, 4.1.2). */
export const SignInAnswer = z
  .object({
    state: z
      .string()
      .min(1)
      .max(200)
      .meta({ personal: false, description: 'What the sign-in was begun with.' }),
    code: z
      .string()
      .max(4_000)
      .optional()
      .meta({ personal: false, description: 'What the provider gives for the person, once.' }),
    error: z
      .string()
      .max(200)
      .optional()
      .meta({ personal: false, description: 'Why the provider gives nothing.' }),
  })
  .catchall(z.string().max(4_000).meta({ personal: false }));
export type SignInAnswer = z.infer<typeof SignInAnswer>;
