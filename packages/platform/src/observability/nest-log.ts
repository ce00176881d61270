import type { LoggerService } from '@nestjs/common';
import { Log } from './logger.ts';
import { describeError, scrub } from './redaction.ts';

const textOf = (message: unknown): string =>
  typeof message === 'string' ? scrub(message) : 'see error';

const lastString = (rest: readonly unknown[]): string => {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : 'nest';
};

/** Sends what the framework says through the service's log; its start-up chatter goes to debug. */
export class NestLog implements LoggerService {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.#log.debug({ from: lastString(rest) }, textOf(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.log(message, ...rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.log(message, ...rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#log.warn({ from: lastString(rest) }, textOf(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const error = message instanceof Error ? { error: describeError(message) } : {};
    this.#log.error({ from: lastString(rest), ...error }, textOf(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }
}
