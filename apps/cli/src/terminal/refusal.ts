import { ApiError } from '@tact/client';

/** Why the command cannot go on: `message` is one sentence a person can act on; printed alone, exit code 1. */
export class Refusal extends Error {
  /** What is wrong where, a line each below the sentence. */
  readonly details: readonly string[];

  constructor(message: string, options: ErrorOptions & { details?: readonly string[] } = {}) {
    super(message, options);
    this.name = 'Refusal';
    this.details = options.details ?? [];
  }
}

/** The system's name of an error (`ENOSPC`, `EADDRINUSE`), or undefined. */
export const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

const fileSentences: Record<string, (path: string) => string> = {
  ENOSPC: (path) => `No disk space is left for ${path}: free some and start again.`,
  EDQUOT: (path) => `No disk space is left for ${path}: free some and start again.`,
  EACCES: (path) => `This user may not write ${path}: change its owner or set TACT_HOME elsewhere.`,
  EPERM: (path) => `This user may not write ${path}: change its owner or set TACT_HOME elsewhere.`,
  EROFS: (path) =>
    `${path} lies on a read-only disk: set TACT_HOME to a folder that can be written.`,
  ENOTDIR: (path) => `${path} cannot be a folder, a file is in its way: set TACT_HOME elsewhere.`,
  EEXIST: (path) => `${path} cannot be a folder, a file is in its way: set TACT_HOME elsewhere.`,
  ENOENT: (path) =>
    `${path} cannot be created here: set TACT_HOME to a folder that can be written.`,
};

/** An error of the file system as a refusal that names the path; anything else passes through. */
export const fileRefusal = (error: unknown, path: string): unknown => {
  const sentence = fileSentences[codeOf(error) ?? '']?.(path);
  return sentence === undefined ? error : new Refusal(sentence, { cause: error });
};

/** The one sentence shown for any error: its first line, never a stack. */
export const sentenceOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  const [line = ''] = message.split('\n');
  return line === '' ? 'Something failed without saying why; set TACT_DEBUG=1 to see where.' : line;
};

const DETAILS_MAX = 20;

/** What is shown for any error: its sentence, then what is wrong where, so far as the answer told. */
export const linesOf = (error: unknown): string[] => {
  const details = error instanceof Refusal || error instanceof ApiError ? error.details : [];
  const left = details.length - DETAILS_MAX;
  return [
    sentenceOf(error),
    ...details.slice(0, DETAILS_MAX).map((detail) => `  ${detail}`),
    ...(left > 0 ? [`  and ${left} more`] : []),
  ];
};
