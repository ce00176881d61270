import { StaleBatch } from '../log/port.ts';
import { RootProviderFailed } from '../personal-data/refusals.ts';
import { DatabaseError } from '../postgres/errors.ts';
import { HandlerFault, HandlerTimeout } from './attempt.ts';
import type { Defect } from './decode.ts';

/** The database or the keeper of the root key is away or busy, or the partition changed hands: nothing is parked for it. */
export const isPassing = (error: unknown): boolean => {
  if (error instanceof StaleBatch || error instanceof RootProviderFailed) return true;
  return error instanceof DatabaseError && (error.isConnectionLoss || error.isRetryable);
};

/** What a record is to blame for: an effect that fails, or rows of it that the commit refuses. */
export const faultOf = (error: unknown): { fault: unknown } | undefined => {
  if (error instanceof HandlerFault) {
    return isPassing(error.cause) ? undefined : { fault: error.cause };
  }
  const refused = error instanceof DatabaseError && error.code.startsWith('23');
  return refused ? { fault: error } : undefined;
};

/** What is written beside a parked record: the kind of error and where it was thrown; a message could quote a person. */
export const defectOf = (error: unknown): Defect => {
  const cancelled = error instanceof DatabaseError && error.code === '57014';
  if (error instanceof HandlerTimeout || cancelled) {
    return { reason: 'handler-timeout', detail: (error as Error).message };
  }
  if (error instanceof DatabaseError) return { reason: 'handler-failed', detail: error.message };
  const { name, stack } = error instanceof Error ? error : new Error('not an error');
  const where = /\bat .*?([^/\\(]+:\d+):\d+\)?$/m.exec(stack ?? '')?.[1];
  return { reason: 'handler-failed', detail: where === undefined ? name : `${name} at ${where}` };
};
