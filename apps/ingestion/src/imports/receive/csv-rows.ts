import { IMPORT_LINE_BYTES_MAX, type FileSeparator } from '@tact/contracts';
import { parse } from 'csv-parse/sync';
import type { SpooledLine } from '../spooled-lines.ts';

export type Row = readonly string[];

const separators: Record<FileSeparator, string> = { comma: ',', semicolon: ';', tab: '\t' };

const parsed = (text: string, delimiter: string): Row[] | undefined => {
  try {
    return parse(text, { relax_column_count: true, record_delimiter: '\n', delimiter });
  } catch {
    // The parser's own error quotes the row.
    return undefined;
  }
};

/** What a header is cut by: whatever cuts it into most names. Excel in half of Europe writes semicolons. */
export const separatorOf = (header: string): FileSeparator => {
  const widths = (Object.keys(separators) as FileSeparator[]).map((name) => ({
    name,
    width: parsed(header, separators[name])?.[0]?.length ?? 0,
  }));
  return widths.reduce((best, one) => (one.width > best.width ? one : best)).name;
};

/** Excel's own first line, which says the separator and is no header. */
export const isSeparatorLine = (text: string): boolean => /^"?sep=.?"?$/i.test(text.trim());

/** Cells of each record, undefined where one is no record; all at once where all are good. */
export const rowsOf = (texts: readonly string[], separator: FileSeparator): (Row | undefined)[] => {
  const delimiter = separators[separator];
  const rows = parsed(texts.join('\n'), delimiter);
  if (rows?.length === texts.length) return rows;
  return texts.map((text) => {
    const [row, ...more] = parsed(text, delimiter) ?? [];
    return more.length === 0 ? row : undefined;
  });
};

const quotesIn = (text: string): number => text.split('"').length - 1;

/** How many lines the record that begins at `from` spans: its quotes are even where it ends (RFC 4180). */
export const spanOf = (lines: readonly SpooledLine[], from: number): number | 'broken' | 'open' => {
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
