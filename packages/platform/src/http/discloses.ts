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
import { ContactId, type DisclosedList, type DisclosedPart } from '@tact/contracts';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { ActBook } from '../acts/act-book.ts';
import { ListLooks } from '../acts/list-looks.ts';
import { currentContext } from '../observability/context.ts';

export const disclosedKey = 'tact:disclosed';

/** What a route's answer is to the people it tells of; the audit is told who looked, or a sentence says why it is not. */
export type Disclosure =
  | { readonly part: DisclosedPart }
  | {
      readonly list: DisclosedList;
      /** Whose affair it is, where that is not the caller's tenant: each with what is shown of it. */
      readonly of?: (body: unknown) => readonly (readonly [tenantId: string, shown: unknown])[];
    }
  | { readonly why: string };

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Every contact that an answer names, wherever it stands in it. */
export const contactIdsIn = (value: unknown): readonly string[] => {
  const found = new Set<string>();
  const look = (one: unknown): void => {
    if (typeof one === 'string') {
      // Most texts of a page are no ids: they are told by their first letters.
      if (one.startsWith('ct_') && ContactId.safeParse(one).success) found.add(one);
    } else if (isObject(one)) for (const inner of Object.values(one)) look(inner);
  };
  look(value);
  return [...found];
};

const itemsIn = (body: unknown): number =>
  isObject(body) && 'items' in body && Array.isArray(body.items) ? body.items.length : 1;

/** Writes down that something of people is shown, before it leaves. */
@Injectable()
export class DisclosureInterceptor implements NestInterceptor {
  readonly #reflector = new Reflector();

  constructor(
    private readonly acts: ActBook,
    private readonly looks: ListLooks,
  ) {}

  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const disclosure = this.#reflector.get<Disclosure>(disclosedKey, host.getHandler());
    const { params } = host.switchToHttp().getRequest<FastifyRequest>();
    const { contactId } = params as { readonly contactId?: string };
    return from(this.#shown(next, contactId, disclosure));
  }

  /** A contact that is not there is shown to nobody: the refusal comes first. */
  async #shown(
    next: CallHandler,
    contactId: string | undefined,
    disclosure: Disclosure,
  ): Promise<unknown> {
    const body: unknown = await lastValueFrom(next.handle());
    if ('part' in disclosure) {
      const shown = contactId === undefined ? contactIdsIn(body) : [contactId];
      await Promise.all(shown.map((one) => this.acts.disclose(one, disclosure.part)));
    } else if ('list' in disclosure) {
      const own = currentContext()?.tenantId;
      const of = disclosure.of?.(body) ?? (own === undefined ? [] : [[own, body] as const]);
      await Promise.all(
        of.map(([tenantId, shown]) =>
          this.looks.note(tenantId, disclosure.list, {
            contactIds: contactIdsIn(shown),
            items: itemsIn(shown),
          }),
        ),
      );
    }
    return body;
  }
}

const watched = (disclosure: Disclosure) =>
  applyDecorators(SetMetadata(disclosedKey, disclosure), UseInterceptors(DisclosureInterceptor));

/** The route shows this of the person whose `contactId` is in its path, or else of those whom its answer names. */
export const Discloses = (part: DisclosedPart) => watched({ part });

/** The route shows some of a list: the audit is told who looked and how many there were, the ledger whom it showed. */
export const DisclosesList = (
  list: DisclosedList,
  of?: (body: unknown) => readonly (readonly [tenantId: string, shown: unknown])[],
) => watched({ list, ...(of === undefined ? {} : { of }) });

/** The answer may hold something of people, and no look is written down: a sentence says why. */
export const DisclosesNothing = (why: string) =>
  SetMetadata(disclosedKey, { why } satisfies Disclosure);
