import { z } from 'zod';
import { describedAs } from './described-as.ts';

/** A number of a query: digits alone, so that `0x10`, `1e1` and ` 1` are refused like any other text. */
export const wholeNumber = (min: number, max: number) =>
  describedAs(
    z
      .string()
      .regex(/^(?:0|[1-9]\d{0,15})$/)
      .transform(Number)
      .pipe(z.int().min(min).max(max))
      .meta({ personal: false }),
    z.int().min(min).max(max),
  );

/** How many items a page holds. */
export const PageLimit = describedAs(
  wholeNumber(1, 200),
  z
    .int()
    .min(1)
    .max(200)
    .meta({ description: 'How many items a page holds at most; 50 when absent.' }),
);

/** Where a page of a list ends. Only the list that gave it can read it. */
export const Cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,400}$/)
  .meta({ personal: false, description: 'Give back the `nextCursor` of the page before.' });
