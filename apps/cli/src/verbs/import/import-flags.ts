import { statSync } from 'node:fs';
import { ImportType } from '@tact/contracts';
import { Refusal } from '../../terminal/refusal.ts';

export type ImportFlags = {
  readonly type: string;
  readonly csv: boolean;
  readonly country?: string;
  readonly timeZone?: string;
  readonly mapping?: string;
};

/** Throws `Refusal` for a type there is not. */
export const typeOf = (given: string): ImportType => {
  const type = ImportType.safeParse(given);
  if (type.success) return type.data;
  throw new Refusal(
    `There is no import of that type: give one of ${ImportType.options.join(', ')}.`,
  );
};

/** Bytes. Throws `Refusal` for a file that cannot be read. */
export const sizeOf = (file: string): number => {
  try {
    return statSync(file).size;
  } catch (error) {
    throw new Refusal(`${file} cannot be read: give a file of NDJSON or CSV.`, { cause: error });
  }
};

/** What is said of the file in the address, and how it is read to the platform. */
export const requestOf = (file: string, { csv, type, country, timeZone, mapping }: ImportFlags) => {
  const query = new URLSearchParams({ type: typeOf(type) });
  for (const [name, value] of Object.entries({ country, timeZone, mapping })) {
    if (value !== undefined) query.set(name, value);
  }
  const isTable = csv || /\.(?:csv|tsv|txt)$/i.test(file);
  return { query: query.toString(), contentType: isTable ? 'text/csv' : 'application/x-ndjson' };
};
