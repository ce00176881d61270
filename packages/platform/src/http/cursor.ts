import { Cursor, PageLimit } from '@tact/contracts';
import type { z } from 'zod';
import { ProblemError } from './problem-error.ts';

/** Query of every list: `limit` up to 200, and a cursor that only this service reads. */
export const pageQuery = {
  limit: PageLimit.default(50),
  cursor: Cursor.optional(),
};

export const writeCursor = (place: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** The place a cursor names; a cursor of another list, or made up, is a refused request. */
export const readCursor = <Place>(cursor: string, schema: z.ZodType<Place>): Place => {
  const refused = () =>
    new ProblemError('validation-failed', {
      errors: [{ pointer: '/query/cursor', message: 'Expected a cursor that this list gave.' }],
    });
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw refused();
  }
  const read = schema.safeParse(place);
  if (!read.success) throw refused();
  return read.data;
};
