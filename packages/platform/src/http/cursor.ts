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

/** Of rows that were asked for up to one beyond `limit`: those shown, and the cursor behind them where more follow. */
export const pageOf = <Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (last: Row) => readonly (string | number)[],
): { readonly shown: Row[]; readonly next: { readonly nextCursor?: string } } => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const isMore = last !== undefined && rows.length > limit;
  return { shown, next: isMore ? { nextCursor: writeCursor(placeOf(last)) } : {} };
};
