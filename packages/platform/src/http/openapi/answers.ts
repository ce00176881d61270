import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

export const answersKey = 'tact:answers';

/** The shape of a route's answer, for `/openapi.json`. The answer itself is not checked against it. */
export const Answers = (schema: z.ZodType) => SetMetadata(answersKey, schema);
