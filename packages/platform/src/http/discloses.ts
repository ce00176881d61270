import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { DisclosedPart } from '@tact/contracts';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { ActBook } from '../acts/act-book.ts';

const disclosedKey = 'tact:disclosed';

/** Writes down that something of the contact in the path is shown, before it leaves. */
@Injectable()
export class DisclosureInterceptor implements NestInterceptor {
  readonly #reflector = new Reflector();

  constructor(private readonly acts: ActBook) {}

  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const part = this.#reflector.get<DisclosedPart>(disclosedKey, host.getHandler());
    const { contactId } = host.switchToHttp().getRequest<FastifyRequest>().params as {
      contactId: string;
    };
    return from(this.#shown(next, contactId, part));
  }

  /** A contact that is not there is shown to nobody: the refusal comes first. */
  async #shown(next: CallHandler, contactId: string, part: DisclosedPart): Promise<unknown> {
    const body: unknown = await lastValueFrom(next.handle());
    await this.acts.disclose(contactId, part);
    return body;
  }
}

/** The route shows this of the person whose `contactId` is in its path: the audit is told who looked. */
export const Discloses = (part: DisclosedPart) =>
  applyDecorators(SetMetadata(disclosedKey, part), UseInterceptors(DisclosureInterceptor));
