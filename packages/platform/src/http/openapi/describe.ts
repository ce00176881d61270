import { SetMetadata } from '@nestjs/common';
import type { ApiTag, ProblemSlug } from '@tact/contracts';
import type { z } from 'zod';

export const describedKey = 'tact:described';
export const answersKey = 'tact:answers';
export const operatorKey = 'tact:operator';

export type Description = {
  /** Camel case, and one of all services: clients are generated from it. */
  readonly operationId: string;
  readonly tag: ApiTag;
  /** A few words without a full stop, as in a table of contents. */
  readonly summary: string;
  readonly description?: string;
  /** Refusals beside those that every route of its kind gives. */
  readonly refuses?: readonly ProblemSlug[];
  /** A query that the route reads for itself. */
  readonly query?: z.ZodType;
  /** A body that the route reads for itself. */
  readonly body?: z.ZodType;
  /** Headers that the route reads for itself, by their names. */
  readonly headers?: Readonly<Record<string, z.ZodType>>;
};

/** What `/openapi.json` tells of a route beside its shapes. */
export const Describe = (description: Description) => SetMetadata(describedKey, description);

export type Answer = {
  readonly schema: z.ZodType;
  readonly type: string;
  readonly description: string;
};

/** The shape of a route's answer, for `/openapi.json`. The answer itself is not checked against it. */
export const Answers = (
  schema: z.ZodType,
  { type = 'application/json', description = 'Done.' }: Partial<Omit<Answer, 'schema'>> = {},
) => SetMetadata(answersKey, { schema, type, description } satisfies Answer);

/** For operators, on the service's own port: the gateway passes none of it on, and its document leaves it out. */
export const Operator = () => SetMetadata(operatorKey, true);
