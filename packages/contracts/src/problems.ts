import { z } from 'zod';
import { IdentityConflictId, ProposalId } from './ids.ts';

/** Problem types (RFC 9457): slug -> HTTP status and title. The type URI is `/problems/<slug>`. */
export const problems = {
  'malformed-request': { status: 400, title: 'The request could not be read.' },
  'validation-failed': { status: 400, title: 'The request does not have the expected shape.' },
  unauthenticated: { status: 401, title: 'No valid API key was given.' },
  'signature-invalid': { status: 401, title: 'The signature does not match the body.' },
  'scope-missing': { status: 403, title: 'The API key lacks a scope.' },
  'sign-in-refused': { status: 403, title: 'You cannot sign in here.' },
  'verification-refused': { status: 403, title: 'The verification token does not match.' },
  'form-refused': { status: 403, title: 'The form does not come from its own page.' },
  'not-found': { status: 404, title: 'There is nothing here.' },
  'method-not-allowed': { status: 405, title: 'This method is not served here.' },
  'version-conflict': { status: 409, title: 'What you decided on has changed since.' },
  'idempotency-in-progress': { status: 409, title: 'The first request with this key still runs.' },
  'already-running': { status: 409, title: 'Another task of this kind is running.' },
  'already-there': { status: 409, title: 'There is one of this kind already.' },
  'identity-conflict': { status: 409, title: 'The identities belong to different contacts.' },
  'approval-missing': { status: 409, title: 'A second person must agree first.' },
  'already-taken': { status: 409, title: 'Somebody else has this already.' },
  'not-now': { status: 409, title: 'Its state does not allow this.' },
  'body-too-large': { status: 413, title: 'The body is too large.' },
  'unsupported-media-type': { status: 415, title: 'This content type is not accepted.' },
  'idempotency-mismatch': { status: 422, title: 'The key was used with another body.' },
  unprocessable: { status: 422, title: 'The request is understood but cannot be carried out.' },
  restricted: { status: 423, title: 'The person had the use of what is known restricted.' },
  'rate-limited': { status: 429, title: 'Too many requests.' },
  'internal-error': { status: 500, title: 'Something broke on our side.' },
  unavailable: { status: 503, title: 'The service cannot answer now; try again.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemSlug = keyof typeof problems;

/** The body of every error. It never repeats what was sent. */
export const Problem = z.object({
  type: z.string().meta({ format: 'uri-reference', examples: ['/problems/not-found'] }),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string().optional(),
  instance: z.string().optional(),
  traceId: z.string(),
  /** Of an identity conflict: what a person settles. */
  conflictId: IdentityConflictId.optional(),
  /** Of what a second person must agree to. */
  proposalId: ProposalId.optional(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;
