import { z } from 'zod';
import type { Part, Parts } from './parts.ts';

// Meta adds fields and values without notice, so every object is loose and only what is used is named.

/** The end of the year 9999: the database does not read how JavaScript writes a later one. */
const LAST_SECOND = 253_402_300_799;

/**
 * Seconds since the epoch. WhatsApp began in 2009: an earlier time is none, and a person's story would begin there. One
 * that is far too late is as good as the last one, for a wish to be left alone may bear it.
 */
export const Timestamp = z
  .union([z.string().regex(/^\d{1,12}$/), z.int()])
  .transform((given) => Math.min(Number(given), LAST_SECOND))
  .refine((seconds) => seconds >= 1_230_768_000);

/** What is nice to know: unreadable, it is absent, and the fact it came with is kept. */
export const lenient = <Schema extends z.ZodType>(schema: Schema) =>
  schema.optional().catch(undefined);
export const Text = lenient(z.string());

/** An identity, which some fields give as a number. */
export const Digits = lenient(z.union([z.string(), z.int().nonnegative().transform(String)]));

/** Why something failed; the first error speaks. One that is none does not silence the others. */
export const Errors = lenient(z.array(lenient(z.looseObject({ code: lenient(z.int32()) }))));
export type Errors = z.infer<typeof Errors>;

/**
 * A list whose items are read one by one: what is wrong in one must not lose the others, nor may a list that is none lose the
 * lists beside it. What stands where a list is due is read as its one item.
 */
export const Items = z
  .unknown()
  .optional()
  .transform((given): readonly unknown[] => {
    if (given === undefined || given === null) return [];
    return Array.isArray(given) ? (given as unknown[]) : [given];
  });

/** An identifier as long as an event may carry it: a longer one would stop every reader of the person it came with. */
export const ShortText = lenient(z.string().min(1).max(64));

/** Reads each item with a schema and hands it on; what does not fit is skipped with its reason. */
export const eachOf = <Schema extends z.ZodType>(
  items: readonly unknown[],
  schema: Schema,
  read: (item: z.infer<Schema>) => Parts,
): readonly Part[] =>
  items.flatMap((item): readonly Part[] => {
    const parsed = schema.safeParse(item);
    return parsed.success ? read(parsed.data) : ['value-unreadable'];
  });
