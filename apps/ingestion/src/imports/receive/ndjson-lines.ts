import type { MappingDocument } from '@tact/contracts';
import { ProblemError } from '@tact/platform';
import { mappedColumns } from '../mappings/mapped-line.ts';
import type { SpooledLine } from '../spooled-lines.ts';
import { type ColumnsOptions, documentFor, fieldsOf, isName } from './columns.ts';
import { isBlank, linesOf } from './line-cutter.ts';

type Record = Readonly<{ [name: string]: unknown }>;

const isRecord = (value: unknown): value is Record =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const recordOf = (text: string): Record | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    // Judged line by line, with the sentence for it.
    return undefined;
  }
};

/** HubSpot's API puts what a table has as columns into an object of its own. */
const flat = (record: Record): Record =>
  isRecord(record['properties']) ? { ...record['properties'], ...record } : record;

/** Of a value what a cell would hold; of an object nothing. */
const cellOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';

const topOf = (path: string): string => path.split('.')[0] ?? '';

/** A whole file as one JSON text, or a table told as JSON: each would be one error a line. */
const refuseOther = (text: string): void => {
  const isArray = text.trimStart().startsWith('[');
  if (!isArray && (text.includes('{') || !/[,;\t]/.test(text))) return;
  const detail = isArray
    ? 'The file is a JSON array. Send NDJSON: one object a line, without the brackets around them.'
    : 'The first line is no JSON object. Send a table as text/csv (tact import --csv).';
  throw new ProblemError('unprocessable', { detail });
};

/** How the records of a file are read; undefined where they are lines as the API has them. */
const documentOf = (first: Record, options: ColumnsOptions): MappingDocument | undefined => {
  const own = new Set([...fieldsOf(options.type).keys()].map(topOf));
  const names = Object.keys(first);
  const unknown = names.filter((name) => !own.has(name));
  // A CRM's record may have a language and a country too, but none has our identities.
  const isOwn =
    options.type === 'contacts'
      ? names.includes('identities')
      : names.some((name) => name !== 'id' && own.has(name));
  if (options.mapping === undefined && (isOwn || unknown.length === 0)) return undefined;
  const document = documentFor(names, options);
  if (document) return document;
  const errors = unknown.map((name) => ({
    pointer: '/line/1',
    message: `There is no such field in a line of type ${options.type}${isName(name) ? `: "${name}"` : '.'}`,
  }));
  const detail = `A line has the fields ${[...own].join(', ')}. An export of Zendesk, HubSpot or Salesforce is read as it is, as type contacts.`;
  throw new ProblemError('unprocessable', { detail, errors: errors.slice(0, 50) });
};

/** Records of a CRM as lines of type `contacts`: the columns are the names that any of its records has. */
const mapperOf = (document: MappingDocument, first: Record, { facts }: ColumnsOptions) => {
  const names = [
    ...new Set([...Object.keys(first), ...document.fields.flatMap(({ from }) => from)]),
  ];
  const columns = mappedColumns(document, names);
  const inFile = new Set(Object.keys(first));
  facts.mapping = document.name;
  facts.columns = columns.names.filter(({ column }) => inFile.has(column));
  facts.leftOut = columns.leftOut.filter((name) => inFile.has(name) && isName(name));
  return (line: SpooledLine): SpooledLine => {
    const stated = 'text' in line ? recordOf(line.text) : undefined;
    if (stated === undefined) return line;
    const record = flat(stated);
    const made = columns.make(names.map((name) => cellOf(record[name])));
    const body = 'line' in made ? { text: JSON.stringify(made.line) } : made;
    return { line: line.line, ...body };
  };
};

/**
 * The lines of an NDJSON stream. Blank lines are counted and left out. Throws a problem, before any line is taken, where the
 * first one shows that the whole file is something else.
 */
export async function* ndjsonLines(
  body: AsyncIterable<Buffer>,
  options: ColumnsOptions,
): AsyncGenerator<SpooledLine[]> {
  let map: ((line: SpooledLine) => SpooledLine) | undefined;
  let isBegun = false;
  const { facts } = options;
  for await (const lines of linesOf(body, { facts, mayBeWindows: false })) {
    const filled = lines.filter((line) => !isBlank(line));
    facts.blankRows += lines.length - filled.length;
    const [first] = filled;
    if (!isBegun && first !== undefined) {
      isBegun = true;
      const text = 'text' in first ? first.text : '{';
      refuseOther(text);
      const record = recordOf(text);
      const document = record && documentOf(flat(record), options);
      map = document && record && mapperOf(document, flat(record), options);
    }
    yield map ? filled.map(map) : filled;
  }
}
