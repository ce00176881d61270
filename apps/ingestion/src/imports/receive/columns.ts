import {
  importLines,
  type ImportType,
  type MappingDocument,
  type StartImportQuery,
  walkSchema,
} from '@tact/contracts';
import { ProblemError } from '@tact/platform';
import type { LineDefect, Sources } from '../spooled-lines.ts';
import { mappedColumns } from '../mappings/mapped-line.ts';
import { fitting } from '../mappings/starters.ts';
import type { FileFacts } from './file-facts.ts';

/** What a row's cells come to: a line as NDJSON says it, or why it cannot. */
export type Made =
  | { readonly line: object; readonly sources?: Sources }
  | { readonly defect: LineDefect };

/** What the columns of a file mean. */
export type Columns = {
  /** The row has one cell for each. */
  readonly width: number;
  readonly names: readonly { readonly column: string; readonly field: string }[];
  readonly make: (cells: readonly string[]) => Made;
};

export type ColumnsOptions = Pick<StartImportQuery, 'type' | 'mapping'> & {
  readonly facts: FileFacts;
  /** Which there are for the tenant: its own, and the starters. */
  readonly documents: readonly MappingDocument[];
};

/** Fields of a line by dotted name, and which are numbers; `attributes.*` stands for any attribute. */
export const fieldsOf = (type: ImportType): ReadonlyMap<string, boolean> => {
  const fields = new Map<string, boolean>();
  walkSchema(importLines[type], (path, { def }) => {
    if (def.type === 'array') return 'stop';
    const isLeaf = def.type === 'string' || def.type === 'enum' || def.type === 'number';
    if (isLeaf && path.length > 0) fields.set(path.join('.'), def.type === 'number');
    return 'descend';
  });
  return fields;
};

type Column = { readonly path: readonly string[]; readonly isNumber: boolean };

const columnOf = (name: string, fields: ReadonlyMap<string, boolean>): Column | undefined => {
  const [outer = '', ...inner] = name.split('.');
  const isNumber = fields.get(name);
  if (isNumber !== undefined) return { path: [outer, ...inner], isNumber };
  if (inner.length === 0 || !fields.has(`${outer}.*`)) return undefined;
  return { path: [outer, inner.join('.')], isNumber: false };
};

/** A file without a header would have its first person told as one: what may be a value is not repeated. */
export const isName = (name: string): boolean =>
  name.length <= 80 && !/@|\d{4}/.test(name) && /\p{L}/u.test(name);

const quoted = (name: string): string =>
  isName(name) ? `: "${name}"` : ', and it looks like a value: does the file have a header?';

/** One answer that names the columns and the next step, before any row is taken. */
const refusedHeader = (
  type: ImportType,
  names: readonly string[],
  fields: ReadonlyMap<string, boolean>,
): ProblemError | undefined => {
  const errors = names.flatMap((name, nth) => {
    const pointer = `/header/${nth + 1}`;
    if (columnOf(name, fields) === undefined) {
      return [
        { pointer, message: `There is no such field in a line of type ${type}${quoted(name)}` },
      ];
    }
    return names.indexOf(name) === nth
      ? []
      : [{ pointer, message: `The field has a column already: "${name}"` }];
  });
  if (!names.includes('id')) {
    errors.push({ pointer: '/header', message: 'Each row needs its id: add a column id.' });
  }
  if (errors.length === 0) return undefined;
  const known = [...fields.keys()].filter((name) => !name.includes('0')).join(', ');
  const detail =
    `Columns are named by the fields of a line: ${known}. Rename the columns or leave them out; an export of ` +
    `HubSpot, Salesforce or Zendesk is read as it is, as type contacts with the record's id and a phone or an e-mail ` +
    `among its columns (tact import --template ${type} prints a file to begin with).`;
  return new ProblemError('validation-failed', { detail, errors });
};

type Node = { [name: string]: Node | string | number };

/** A row as a line of NDJSON says it. An empty cell is an absent field. */
const lineOfRow = (columns: readonly Column[], row: readonly string[]): object => {
  const line: Node = {};
  for (const [nth, { path, isNumber }] of columns.entries()) {
    const cell = row[nth] ?? '';
    if (cell === '') continue;
    const steps = [...path];
    const last = steps.pop() ?? '';
    let node = line;
    for (const step of steps) node = (node[step] ??= {}) as Node;
    // What is no number stays a text, which the schema then refuses with its own sentence.
    node[last] = isNumber && /^-?\d{1,15}$/.test(cell) ? Number(cell) : cell;
  }
  return line;
};

const refusedMapping = (message: string): ProblemError =>
  new ProblemError('unprocessable', { errors: [{ pointer: '/query/mapping', message }] });

const recognised = (
  documents: readonly MappingDocument[],
  names: readonly string[],
): MappingDocument | undefined => {
  const [document, ...others] = fitting(documents, names);
  if (document === undefined || others.length === 0) return document;
  const candidates = [document, ...others].map(({ name }) => name).join(' or ');
  throw refusedMapping(
    `The columns are those of ${candidates}: say which, e.g. ?mapping=${document.name}`,
  );
};

/** By which document a file is read; none where its columns are a line's own fields. */
export const documentFor = (
  names: readonly string[],
  { type, mapping, documents }: Pick<ColumnsOptions, 'type' | 'mapping' | 'documents'>,
): MappingDocument | undefined => {
  if (mapping === undefined) {
    return type === 'contacts' ? recognised(documents, names) : undefined;
  }
  if (type !== 'contacts') {
    throw refusedMapping('A mapping reads contacts. Name the columns of this type by its fields.');
  }
  const document = documents.find(({ name }) => name === mapping);
  if (document !== undefined) return document;
  const known = documents.map(({ name }) => name).join(', ');
  throw refusedMapping(`There is no such mapping. There are: ${known}.`);
};

/** Columns at the end without a name are what spreadsheets leave behind. */
const withoutEmptyTail = (header: readonly string[]): readonly string[] => {
  const last = header.findLastIndex((name) => name.trim() !== '');
  return header.slice(0, last + 1).map((name) => name.trim());
};

/** What the header means. Throws a problem that names what is not known of it. */
export const columnsOf = (options: ColumnsOptions, header: readonly string[]): Columns => {
  const { type, facts } = options;
  const names = withoutEmptyTail(header);
  const fields = fieldsOf(type);
  // Only our own fields are dotted; `country` may be a CRM's column too.
  const isOwn = names.some((name) => name.includes('.') && columnOf(name, fields) !== undefined);
  const document = isOwn && options.mapping === undefined ? undefined : documentFor(names, options);
  if (document) {
    const mapped = mappedColumns(document, names);
    facts.mapping = document.name;
    facts.leftOut = mapped.leftOut.filter(isName);
    return { ...mapped, width: names.length };
  }
  const refusal = refusedHeader(type, names, fields);
  if (refusal) throw refusal;
  const columns = names.flatMap((name) => columnOf(name, fields) ?? []);
  return {
    width: names.length,
    names: names.map((name) => ({ column: name, field: name })),
    make: (row) => ({ line: lineOfRow(columns, row) }),
  };
};
