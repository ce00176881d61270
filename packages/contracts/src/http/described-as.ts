import type { z } from 'zod';

const instead = new WeakMap<object, z.ZodType>();

/**
 * What the API's description says of a schema where its own shape says too little: a rule that spans fields, or the
 * digits of a query. The schema stays what validates.
 */
export const describedAs = <Schema extends z.ZodType>(
  schema: Schema,
  description: z.ZodType,
): Schema => {
  instead.set(schema, description);
  return schema;
};

export const descriptionOf = (schema: object): z.ZodType | undefined => instead.get(schema);
