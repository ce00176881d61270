import { problems } from '@tact/contracts';
import type { ProblemSlug } from '@tact/contracts';

export type ProblemErrors = readonly { readonly pointer: string; readonly message: string }[];

export type ProblemOptions = {
  /** A sentence on this occurrence. It must not repeat what was sent. */
  readonly detail?: string;
  readonly errors?: ProblemErrors;
  readonly retryAfterSeconds?: number;
  /** Of an identity conflict. */
  readonly conflictId?: string | undefined;
  /** Of what a second person must agree to. */
  readonly proposalId?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
};

/** A refused request. Thrown anywhere under a controller, it becomes the problem+json answer. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly slug: ProblemSlug;
  readonly detail: string | undefined;
  readonly errors: ProblemErrors | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly conflictId: string | undefined;
  readonly proposalId: string | undefined;

  constructor(slug: ProblemSlug, options: ProblemOptions = {}) {
    super(options.detail ?? problems[slug].title, { cause: options.cause });
    this.slug = slug;
    this.detail = options.detail;
    this.errors = options.errors;
    this.conflictId = options.conflictId;
    this.proposalId = options.proposalId;
    const { retryAfterSeconds } = options;
    this.headers = {
      ...options.headers,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    };
  }

  get status(): number {
    return problems[this.slug].status;
  }
}
