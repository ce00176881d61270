import { InvalidIdentity, ProblemError, registrableIdentities } from '@tact/platform';
import type { SpooledLine } from '../spooled-lines.ts';
import type { FileFacts } from './file-facts.ts';

/** As many rows are looked at before anything is kept: what a CRM writes without a country it does so from the first page on. */
const ROWS_LOOKED_AT = 200;

type MappedLine = { readonly identities?: { readonly phone?: string }; readonly country?: string };

const lacksCountry = (line: SpooledLine): boolean => {
  if (!('text' in line)) return false;
  const { identities, country } = JSON.parse(line.text) as MappedLine;
  const phone = identities?.phone;
  if (phone === undefined || country !== undefined) return false;
  try {
    registrableIdentities({ phone });
    return false;
  } catch (error) {
    if (!(error instanceof InvalidIdentity)) throw error;
    return error.reason === 'country-missing';
  }
};

const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** One answer in place of an error for each of ten thousand rows: a CRM's own export whose phones want their country. */
const missingCountry = (facts: FileFacts, line: number): ProblemError => {
  const columns = facts.columns.map(({ column, field }) => `"${column}" as ${field}`).join(', ');
  const phones = facts.columns.filter(({ field }) => field === 'identities.phone');
  const detail =
    `The file is read as an export of ${facts.mapping}: ${columns}. Left out: ${listed(facts.leftOut) || 'nothing'}. ` +
    `Phones of ${listed(phones.map(({ column }) => column))} are written the national way: say their country.`;
  const message = `The phone of line ${line} has no country: send the file again with ?country=FR (ISO 3166), or with a column that says it.`;
  return new ProblemError('validation-failed', {
    detail,
    errors: [{ pointer: '/query/country', message }],
  });
};

/** Passes the lines of a file on; throws a problem before the first where phones of a CRM's export want a country. */
export async function* withCountriesSaid(
  groups: AsyncIterable<SpooledLine[]>,
  facts: FileFacts,
  country: string | undefined,
): AsyncGenerator<SpooledLine[]> {
  let looked = 0;
  for await (const lines of groups) {
    const isAsked = facts.mapping !== undefined && country === undefined && looked === 0;
    const wanting = isAsked ? lines.slice(0, ROWS_LOOKED_AT).find(lacksCountry) : undefined;
    if (wanting) throw missingCountry(facts, wanting.line);
    looked += lines.length;
    yield lines;
  }
}
