import type { SpooledLine } from '../spooled-lines.ts';
import { type Columns, columnsOf, type ColumnsOptions } from './columns.ts';
import { isSeparatorLine, type Row, rowsOf, separatorOf, spanOf } from './csv-rows.ts';
import { Footer } from './footer.ts';
import { linesOf } from './line-cutter.ts';

type Record = { readonly lines: readonly SpooledLine[]; readonly text: string };

const isEmptyRow = (row: Row): boolean => row.every((cell) => cell.trim() === '');

/** What a spreadsheet writes for a row that has nothing in it: a single empty cell may be a person's. */
const isGap = (cells: Row | undefined): boolean =>
  cells !== undefined && cells.length > 1 && isEmptyRow(cells);

/** A spreadsheet adds empty cells to rows and takes them away, as wide as its widest row is. */
const fitted = (row: Row, width: number): Row =>
  row.length > width && isEmptyRow(row.slice(width)) ? row.slice(0, width) : row;

/**
 * Rows of a table whose width the first one sets. A quote that is never closed costs its own line only: the
 * lines it would have swallowed are read on their own.
 */
class RowReader {
  #waiting: readonly SpooledLine[] = [];
  #columns: Columns | undefined;
  #header: Row = [];
  readonly #footer = new Footer();
  readonly #options: ColumnsOptions;

  constructor(options: ColumnsOptions) {
    this.#options = options;
  }

  take(lines: readonly SpooledLine[]): SpooledLine[] {
    return this.#read([...this.#waiting, ...lines], false);
  }

  end(): SpooledLine[] {
    const rest = this.#read(this.#waiting, true);
    if (this.#columns === undefined) columnsOf(this.#options, []);
    this.#options.facts.footerRows += this.#footer.end();
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
      records.push({ lines: own, text: own.map(textOf).join('\n') });
      from += span;
    }
    return [...broken, ...this.#rows(records)];
  }

  #rows(records: readonly Record[]): SpooledLine[] {
    const [first, ...others] = records;
    if (first === undefined) return [];
    if (this.#columns === undefined) {
      this.#readHeader(first);
      return this.#rows(others);
    }
    // An empty line is no row to the parser, so it would be one too few.
    const filled = records.filter(({ text }) => text.trim() !== '');
    const rows = rowsOf(
      filled.map(({ text }) => text),
      this.#options.facts.separator ?? 'comma',
    );
    let nth = 0;
    return records.flatMap(({ lines, text }) => {
      if (text.trim() === '') return this.#skipEmpty();
      const row = rows[nth];
      nth += 1;
      return this.#linesOf(lines, row);
    });
  }

  #readHeader({ text }: Record): void {
    if (text.trim() === '' || isSeparatorLine(text)) return;
    const { facts } = this.#options;
    facts.separator = separatorOf(text);
    const [header] = rowsOf([text], facts.separator);
    this.#header = header ?? [];
    this.#columns = columnsOf(this.#options, this.#header);
    facts.columns = this.#columns.names;
  }

  #skipEmpty(): SpooledLine[] {
    this.#options.facts.blankRows += 1;
    this.#footer.gap();
    return [];
  }

  #linesOf([first, ...others]: readonly SpooledLine[], row: Row | undefined): SpooledLine[] {
    if (first === undefined || this.#columns === undefined) return [];
    const { width } = this.#columns;
    const cells = row && fitted(row, width);
    if (isGap(cells)) return this.#skipEmpty();
    if (cells?.length === width) return this.#whole(first.line, cells, this.#columns);
    // Two strays made a pair, and what is between them is no cell: only the first line is lost.
    if (others.length > 0) return [unreadable(first), ...this.#apart(others)];
    return row ? this.#footer.short(first.line, row, width) : [unreadable(first)];
  }

  #whole(line: number, cells: Row, { make }: Columns): SpooledLine[] {
    const before = this.#footer.whole();
    if (this.#isHeader(cells)) return before;
    const made = make(cells);
    if ('defect' in made) return [...before, { line, ...made }];
    const { line: fields, ...more } = made;
    return [...before, { line, text: JSON.stringify(fields), ...more }];
  }

  /** Two exports put one after the other. */
  #isHeader(cells: Row): boolean {
    const isOne = cells.every((cell, nth) => cell.trim() === (this.#header[nth] ?? '').trim());
    if (isOne) this.#options.facts.headerRows += 1;
    return isOne;
  }

  #apart(lines: readonly SpooledLine[]): SpooledLine[] {
    const waiting = this.#waiting;
    const read = this.#read(lines, true);
    this.#waiting = waiting;
    return read;
  }
}

const textOf = (line: SpooledLine): string => ('text' in line ? line.text : '');

const unreadable = (line: SpooledLine): SpooledLine =>
  'defect' in line ? line : { line: line.line, defect: 'csv-quotes' };

/**
 * The rows of a CSV stream as lines of JSON, in groups; a row stands where it begins. Throws a problem on a
 * header that names unknown fields, before any row is taken.
 */
export async function* csvLines(
  body: AsyncIterable<Buffer>,
  options: ColumnsOptions,
): AsyncGenerator<SpooledLine[]> {
  const reader = new RowReader(options);
  const { facts } = options;
  for await (const lines of linesOf(body, { facts, mayBeWindows: true })) yield reader.take(lines);
  yield reader.end();
}
