import { IMPORT_LINE_BYTES_MAX, type ImportType } from '@tact/contracts';
import { parse } from 'csv-parse/sync';
import type { SpooledLine } from '../spooled-lines.ts';
import { type Column, columnsOf, lineOfRow } from './csv-columns.ts';
import { linesOf } from './line-cutter.ts';

type Record = { readonly lines: readonly SpooledLine[]; readonly text: string };
type Row = readonly string[];

const quotesIn = (text: string): number => text.split('"').length - 1;

/** How many lines the record that begins at `from` spans: its quotes are even where it ends (RFC 4180). */
const spanOf = (lines: readonly SpooledLine[], from: number): number | 'broken' | 'open' => {
  let quotes = 0;
  let length = 0;
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at];
    if (line === undefined || !('text' in line)) return 'broken';
    quotes += quotesIn(line.text);
    length += line.text.length + 1;
    if (length > IMPORT_LINE_BYTES_MAX) return 'broken';
    if (quotes % 2 === 0) return at - from + 1;
  }
  return 'open';
};

const parsed = (text: string): Row[] | undefined => {
  try {
    return parse(text, { relax_column_count: true });
  } catch {
    // The parser's own error quotes the row.
    return undefined;
  }
};

/** Cells of each record, undefined where one is no record; all at once where all are good. */
const rowsOf = (texts: readonly string[]): (Row | undefined)[] => {
  const rows = parsed(texts.join('\n'));
  if (rows?.length === texts.length) return rows;
  return texts.map((text) => {
    const [row, ...more] = parsed(text) ?? [];
    return more.length === 0 ? row : undefined;
  });
};

/**
 * Rows of a table whose width the first one sets. A quote that is never closed costs its own line only: the
 * lines it would have swallowed are read on their own.
 */
class RowReader {
  #waiting: readonly SpooledLine[] = [];
  #columns: readonly Column[] | undefined;
  readonly #type: ImportType;

  constructor(type: ImportType) {
    this.#type = type;
  }

  take(lines: readonly SpooledLine[]): SpooledLine[] {
    return this.#read([...this.#waiting, ...lines], false);
  }

  end(): SpooledLine[] {
    const rest = this.#read(this.#waiting, true);
    if (this.#columns === undefined) columnsOf(this.#type, []);
    return rest;
  }

  #read(lines: readonly SpooledLine[], isEnd: boolean): SpooledLine[] {
    const records: Record[] = [];
    const broken: SpooledLine[] = [];
    this.#waiting = [];
    for (let from = 0; from < lines.length;) {
      const span = spanOf(lines, from);
      if (span === 'open' && !isEnd) {
        this.#waiting = lines.slice(from);
        break;
      }
      if (typeof span === 'string') {
        broken.push(...lines.slice(from, from + 1).map(unreadable));
        from += 1;
        continue;
      }
      const own = lines.slice(from, from + span);
      const text = own.map((line) => ('text' in line ? line.text : '')).join('\n');
      if (span > 1 || text.trim() !== '') records.push({ lines: own, text });
      from += span;
    }
    return [...broken, ...this.#rows(records)];
  }

  #rows(records: readonly Record[]): SpooledLine[] {
    const rows = rowsOf(records.map(({ text }) => text));
    return records.flatMap(({ lines }, nth) => {
      const row = rows[nth];
      if (row === undefined || this.#columns !== undefined) return this.#linesOf(lines, row);
      this.#columns = columnsOf(this.#type, row);
      return [];
    });
  }

  #linesOf([first, ...others]: readonly SpooledLine[], row: Row | undefined): SpooledLine[] {
    if (first === undefined) return [];
    const columns = this.#columns ?? [];
    if (row?.length === columns.length) return [lineOf(first.line, columns, row)];
    // Two strays made a pair, and what is between them is no cell: only the first line is lost.
    if (others.length > 0) return [unreadable(first), ...this.#apart(others)];
    return [row ? { line: first.line, defect: 'csv-columns' } : unreadable(first)];
  }

  #apart(lines: readonly SpooledLine[]): SpooledLine[] {
    const waiting = this.#waiting;
    const read = this.#read(lines, true);
    this.#waiting = waiting;
    return read;
  }
}

const unreadable = (line: SpooledLine): SpooledLine =>
  'defect' in line ? line : { line: line.line, defect: 'csv-quotes' };

const lineOf = (line: number, columns: readonly Column[], row: Row): SpooledLine => ({
  line,
  text: JSON.stringify(lineOfRow(columns, row)),
});

/**
 * The rows of a CSV stream as lines of JSON, in groups; a row stands where it begins. Throws a problem on a
 * header that names unknown fields, before any row is taken.
 */
export async function* csvLines(
  body: AsyncIterable<Buffer>,
  type: ImportType,
): AsyncGenerator<SpooledLine[]> {
  const reader = new RowReader(type);
  for await (const lines of linesOf(body)) yield reader.take(lines);
  yield reader.end();
}
