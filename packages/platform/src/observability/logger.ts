import { pino, stdTimeFunctions } from 'pino';
import type { DestinationStream } from 'pino';
import { currentContext } from './context.ts';
import { withholdPersonal } from './redaction.ts';

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

type Line = (fields: object, message: string) => void;

/** Writes one JSON line per unit of work, at its end. Payloads are never given to it. */
export abstract class Log {
  abstract readonly debug: Line;
  abstract readonly info: Line;
  abstract readonly warn: Line;
  abstract readonly error: Line;
}

export type LogOptions = {
  readonly service: string;
  readonly level: LogLevel;
  /** Standard output when absent. */
  readonly destination?: DestinationStream;
};

/** pino, with the context of the unit of work on every line and personal fields withheld. */
export const createLog = ({ service, level, destination }: LogOptions): Log => {
  const options = {
    level,
    base: { service },
    timestamp: stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: object) => withholdPersonal(fields) as Record<string, unknown>,
    },
    // pino's own serializer would print an error's message and every field of it.
    serializers: { err: (value: unknown) => value, error: (value: unknown) => value },
    mixin: () => {
      const context = currentContext();
      return context ? { correlationId: context.correlationId, traceId: context.traceId } : {};
    },
  };
  return destination ? pino(options, destination) : pino(options);
};
