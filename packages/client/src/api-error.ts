/** The platform refused a call, or nobody answered: `message` is one sentence a person can act on. */
export class ApiError extends Error {
  /** What is wrong where, a line each below the sentence. */
  readonly details: readonly string[];

  constructor(message: string, options: ErrorOptions & { details?: readonly string[] } = {}) {
    super(message, options);
    this.name = 'ApiError';
    this.details = options.details ?? [];
  }
}
