import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { publicKey } from './access/access-decorators.ts';
import { takesQuery } from './openapi/routes.ts';
import { ProblemError } from './problem-error.ts';

/**
 * Refuses a query where a route declares none: a misspelt `?atLeast=` would be dropped in silence. Whoever calls
 * without a key may be a probe, or Meta, whose URL others wrote.
 */
export class StrictQueryGuard implements CanActivate {
  readonly #free = new Map<unknown, boolean>();

  canActivate(host: ExecutionContext): boolean {
    const { query } = host.switchToHttp().getRequest<FastifyRequest>();
    if (Object.keys(query as object).length === 0 || this.#isFree(host)) return true;
    throw new ProblemError('validation-failed', {
      errors: [{ pointer: '/query', message: 'There are unknown fields here.' }],
    });
  }

  #isFree(host: ExecutionContext): boolean {
    const [handler, controller] = [host.getHandler(), host.getClass()];
    const known = this.#free.get(handler);
    if (known !== undefined) return known;
    const isPublic = [handler, controller].some((place) => Reflect.getMetadata(publicKey, place));
    const free = isPublic || takesQuery(controller, handler.name);
    this.#free.set(handler, free);
    return free;
  }
}
