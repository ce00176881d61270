import type { StartImportQuery } from '@tact/contracts';
import { isTimeZone } from '@tact/domain';
import { phoneCountryOf, ProblemError } from '@tact/platform';
import type { SpooledLine } from '../spooled-lines.ts';
import type { ColumnsOptions } from './columns.ts';
import { csvLines } from './csv-lines.ts';
import { ndjsonLines } from './ndjson-lines.ts';

/** What is said of a file must be known before its first line is taken. Throws a problem. */
export const assertReadable = ({ country, timeZone }: StartImportQuery): void => {
  const errors = [
    ...(country === undefined || phoneCountryOf(country) !== undefined
      ? []
      : [{ pointer: '/query/country', message: 'There is no country of this code.' }]),
    ...(timeZone === undefined || isTimeZone(timeZone)
      ? []
      : [{ pointer: '/query/timeZone', message: 'Give an IANA time zone, e.g. Europe/Paris.' }]),
  ];
  if (errors.length > 0) throw new ProblemError('validation-failed', { errors });
};

/** The lines of a file in groups as they come, whatever it is. Throws a problem where no line of it could be taken. */
export const groupsOf = (
  body: AsyncIterable<Buffer>,
  format: 'ndjson' | 'csv',
  options: ColumnsOptions,
): AsyncGenerator<SpooledLine[]> =>
  format === 'csv' ? csvLines(body, options) : ndjsonLines(body, options);
