import { HttpException } from '@nestjs/common';
import type { ProblemSlug } from '@tact/contracts';
import { ClockNotTrusted } from '../config/clock.ts';
import { StoreOverloaded, VersionConflict } from '../event-store/version-conflict.ts';
import {
  EpochKeyGone,
  InvalidIdentity,
  RootProviderFailed,
  SubjectErased,
} from '../personal-data/refusals.ts';
import { NoMailServer } from '../mail-outbox/mail-outbox.ts';
import { ProblemError } from './problem-error.ts';

/** SQLSTATE classes and socket errors that mean: the database is away, full or read-only, the request itself is fine. */
const awayCodes =
  /^(?:08...|57P0[123]|53...|58030|25006|ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH)$/;
const awayMessages =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end)/;

const codeOf = (error: Error): string => {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** True when an error, or any cause of it, says that a server we need cannot be reached now. */
export const isUnavailable = (error: unknown, depth = 0): boolean => {
  if (!(error instanceof Error) || depth > 4) return false;
  // A lost key may come back with a restore, and nothing was decided meanwhile.
  if (error instanceof RootProviderFailed || error instanceof EpochKeyGone) return true;
  if (awayCodes.test(codeOf(error)) || awayMessages.test(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some((one) => isUnavailable(one, depth + 1)))
    return true;
  return isUnavailable(error.cause, depth + 1);
};

const slugByStatus: Readonly<Record<number, ProblemSlug>> = {
  400: 'malformed-request',
  401: 'unauthenticated',
  403: 'scope-missing',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'malformed-request',
  409: 'version-conflict',
  413: 'body-too-large',
  414: 'malformed-request',
  415: 'unsupported-media-type',
  422: 'unprocessable',
  429: 'rate-limited',
  431: 'malformed-request',
  503: 'unavailable',
};

const statusOf = (error: unknown): number | undefined => {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || !codeOf(error).startsWith('FST_')) return undefined;
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
};

/** Refusals of the platform's own parts that every controller would translate alike. */
const refusalOf = (error: unknown): ProblemError | undefined => {
  if (error instanceof VersionConflict) {
    return new ProblemError('version-conflict', { cause: error });
  }
  if (error instanceof InvalidIdentity) {
    return new ProblemError('validation-failed', {
      errors: [{ pointer: `/identities/${error.kind}`, message: error.message }],
      cause: error,
    });
  }
  // An erased person answers exactly like one who was never known.
  if (error instanceof SubjectErased) return new ProblemError('not-found', { cause: error });
  if (error instanceof ClockNotTrusted) {
    return new ProblemError('unavailable', {
      detail: 'The clocks of this service differ, so nothing is decided now. Send it again later.',
      retryAfterSeconds: 30,
      cause: error,
    });
  }
  if (error instanceof NoMailServer) {
    return new ProblemError('unprocessable', { detail: error.message, cause: error });
  }
  if (error instanceof StoreOverloaded) {
    return new ProblemError('unavailable', { retryAfterSeconds: 1, cause: error });
  }
  return undefined;
};

/**
 * Turns whatever was thrown into the one problem a caller may see. The texts of the framework are
 * dropped on purpose: NestJS repeats the path, Fastify's JSON parser repeats the body.
 */
export const problemOfError = (error: unknown): ProblemError => {
  if (error instanceof ProblemError) return error;
  const refusal = refusalOf(error);
  if (refusal) return refusal;
  const status = statusOf(error);
  const slug = status === undefined ? undefined : slugByStatus[status];
  if (slug) return new ProblemError(slug, { cause: error });
  if (status !== undefined && status < 500)
    return new ProblemError('malformed-request', { cause: error });
  if (isUnavailable(error)) {
    return new ProblemError('unavailable', { retryAfterSeconds: 2, cause: error });
  }
  return new ProblemError('internal-error', {
    detail: 'Nothing of the request was lost if you send it again. Quote the traceId to us.',
    cause: error,
  });
};
