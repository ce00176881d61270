import {
  applyDecorators,
  createParamDecorator,
  Injectable,
  Optional,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom } from 'rxjs';
import type { Observable } from 'rxjs';
import { amendContext } from '../../observability/context.ts';
import { isStreamed } from '../body-parsers.ts';
import { ProblemError } from '../problem-error.ts';
import { problemOfError } from '../problem-of-error.ts';
import { stateOf } from '../request-state.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';
import type { Run } from './idempotency-keys.ts';

export const idempotentKey = 'tact:idempotent';
export const secretFieldsKey = 'tact:idempotent-secret-fields';

type IdempotentOptions = {
  /** Fields of the answer that are given once and kept nowhere: a repeated answer comes without them. */
  readonly secretFields?: readonly string[];
};

/**
 * A repeated call with the same `Idempotency-Key` gets the first answer, which is kept sealed for a day.
 * Without the header the call simply runs. A route that streams its body minds the key itself, because the
 * body is not known before it was read: here the decorator only says so in `/openapi.json`.
 */
export const Idempotent = ({ secretFields = [] }: IdempotentOptions = {}) =>
  applyDecorators(
    SetMetadata(idempotentKey, true),
    SetMetadata(secretFieldsKey, secretFields),
    // Here and not for all routes: one interceptor costs a route a fifth of what the edge costs.
    UseInterceptors(IdempotencyInterceptor),
  );

type IdempotentRun = {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly next: CallHandler;
  readonly key: string;
  readonly tenantId: string;
  readonly secretFields: readonly string[];
};

/** The answer as it may be kept. */
const withoutFields = (body: unknown, fields: readonly string[]): unknown =>
  fields.length === 0 || typeof body !== 'object' || body === null
    ? body
    : Object.fromEntries(Object.entries(body).filter(([name]) => !fields.includes(name)));

/** What a header can carry without being read otherwise by somebody: visible ASCII, spaces inside. */
const idempotencyKeyForm = /^[!-~](?:[ -~]{0,253}[!-~])?$/;

const idempotencyKeyOf = (request: FastifyRequest): string | undefined => {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && idempotencyKeyForm.test(key)) return key;
  throw new ProblemError('validation-failed', {
    errors: [
      {
        pointer: '/headers/idempotency-key',
        message: 'Expected 1 to 255 visible characters of ASCII.',
      },
    ],
  });
};

/** The caller's idempotency key, for a route that streams its body; undefined when none was given. */
export const IdempotencyKey = createParamDecorator(
  (_data: unknown, host: ExecutionContext): string | undefined =>
    idempotencyKeyOf(host.switchToHttp().getRequest<FastifyRequest>()),
);

/** Gives the first answer again to a repeated call of an authenticated caller that names a key. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  readonly #reflector = new Reflector();
  readonly #keys: IdempotencyKeys | undefined;

  /** Without keys the header is ignored. */
  constructor(@Optional() keys?: IdempotencyKeys) {
    this.#keys = keys;
  }

  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const { tenantId } = stateOf(request).context;
    const keys = this.#keys;
    const key = keys && !isStreamed(request) ? idempotencyKeyOf(request) : undefined;
    if (!keys || key === undefined || tenantId === undefined) return next.handle();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const secretFields =
      this.#reflector.get<readonly string[] | undefined>(secretFieldsKey, host.getHandler()) ?? [];
    return from(this.#answer(keys, { request, reply, next, key, tenantId, secretFields }));
  }

  async #answer(keys: IdempotencyKeys, call: IdempotentRun): Promise<unknown> {
    const { request, reply, key, tenantId } = call;
    const state = stateOf(request);
    const claim = await keys.claim({
      tenantId,
      actorId: state.context.actorId,
      route: `${request.method} ${request.routeOptions.url}`,
      key,
      content: [request.url, state.rawBody ?? ''],
    });
    switch (claim.kind) {
      case 'mismatch':
        throw new ProblemError('idempotency-mismatch');
      case 'running':
        throw new ProblemError('idempotency-in-progress', {
          retryAfterSeconds: claim.retryAfterSeconds,
        });
      case 'replay':
        reply.code(claim.status).header('idempotent-replayed', 'true');
        return claim.answer === null ? undefined : (JSON.parse(claim.answer) as unknown);
      case 'run':
      default:
        Object.assign(state.context, { commandId: claim.commandId });
        amendContext({ commandId: claim.commandId });
        return this.#run(keys, claim.run, call);
    }
  }

  async #run(
    keys: IdempotencyKeys,
    run: Run,
    { reply, next, secretFields }: Pick<IdempotentRun, 'reply' | 'next' | 'secretFields'>,
  ) {
    try {
      const body = await lastValueFrom<unknown, unknown>(next.handle(), {
        defaultValue: undefined,
      });
      const kept = withoutFields(body, secretFields);
      const text = kept === undefined ? null : JSON.stringify(kept);
      await keys.keep(run, { status: reply.statusCode, body: text });
      return body;
    } catch (error) {
      // A refusal changed nothing. After anything else the next run is the same command, which the store
      // knows if it was carried out. When even this fails, the lease frees the key.
      const wasRefused = problemOfError(error).status < 500;
      const free = wasRefused ? keys.release(run) : keys.yield(run);
      await free.catch(() => undefined);
      throw error;
    }
  }
}
