/** Why a server could not be started; `message` is one sentence a person can act on. */
export type RefusalReason =
  | 'port-in-use'
  | 'no-disk-space'
  | 'no-rights'
  | 'tool-missing'
  | 'data-unusable'
  | 'start-failed';

/** A local server (PostgreSQL or Kafka) that did not start: the caller prints `message` and exits 1. */
export class ServerRefused extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServerRefused';
    this.reason = reason;
  }
}

/** Turns an error of the file system into a refusal that names the folder; anything else passes through. */
export const refusalOf = (error: unknown, folder: string): unknown => {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ServerRefused(
      'no-disk-space',
      `No disk space is left for ${folder}: free some and start again.`,
      { cause: error },
    );
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new ServerRefused(
      'no-rights',
      `This user may not write ${folder}: change its owner or choose another data folder.`,
      { cause: error },
    );
  return error;
};
