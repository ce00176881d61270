import { NotOurs } from '../backup/catalog.ts';
import { BackupRefused } from '../backup/refusal.ts';
import { StartupRefusal } from '../config/startup-refusal.ts';
import { scrub } from '../observability/redaction.ts';
import { RootKeyRefused } from '../personal-data/refusals.ts';
import { DatabaseError } from '../postgres/errors.ts';

const listening: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there; set PORT to another one, or to 0 for any free port',
  EACCES: 'this user may not listen there; set PORT above 1023',
  EADDRNOTAVAIL: 'this machine has no such address; set HOST to one it has',
};

/** Turns a failed `listen` into the sentence an operator needs; other errors pass. */
export const listenRefusal = (error: unknown, address: { host: string; port: number }): unknown => {
  const reason = listening[String((error as { code?: unknown } | null)?.code)];
  if (reason === undefined) return error;
  const sentence = `${address.host}:${address.port} cannot be used: ${reason}.`;
  return new StartupRefusal(sentence, { cause: error });
};

/** Their messages are sentences for operators, and hold no secret. */
const plainErrors = [StartupRefusal, BackupRefused, NotOurs, DatabaseError, RootKeyRefused];

const isSystemError = (error: Error): boolean => 'syscall' in error && 'errno' in error;

/** One sentence on what failed, and why, fit for a terminal: no stack, no secret. */
export const sentenceOf = (error: unknown, failed?: string): string => {
  if (!(error instanceof Error))
    return `${failed ?? 'The service did not start'}, for an unknown reason.`;
  const [line = ''] = error.message.split('\n');
  if (plainErrors.some((Plain) => error instanceof Plain)) return line;
  if (isSystemError(error)) return `${failed ?? 'The service cannot start'}: ${line}`;
  return `${failed ?? 'The service did not start'}, by a defect: ${error.name}: ${scrub(line)}`;
};
