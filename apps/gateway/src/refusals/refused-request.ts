import type { ProblemSlug } from '@tact/contracts';

export type RefusedOptions = {
  /** A sentence that does not repeat what was sent. */
  readonly detail?: string;
  /** Where the problem's own status is not the one HTTP has for it. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What follows on the connection cannot be trusted to be what it seems: it is read no further. */
  readonly doubtful?: boolean;
};

/** A request the gateway answers itself with a problem. `reason` is counted and logged: a word of ours. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly slug: ProblemSlug;
  readonly reason: string;
  readonly options: RefusedOptions;

  constructor(slug: ProblemSlug, reason: string, options: RefusedOptions = {}) {
    super(reason);
    this.slug = slug;
    this.reason = reason;
    this.options = options;
  }
}

/** The connection is closed with the answer: another reader may see other requests in its bytes. */
export const doubtful = (reason: string, detail: string, status = 400): RefusedRequest =>
  new RefusedRequest('malformed-request', reason, { detail, status, doubtful: true });

export const unavailable = (
  reason: string,
  detail: string,
  retryAfterSeconds = 1,
): RefusedRequest =>
  new RefusedRequest('unavailable', reason, {
    detail,
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
