import { IMPORT_LINE_BYTES_MAX } from '@tact/contracts';

/** Why a line could not even be cut out of its file. */
export const lineDefects = {
  'too-long': `The line is longer than ${IMPORT_LINE_BYTES_MAX / 1024} KiB.`,
  'not-utf8': 'The line is not UTF-8.',
  'csv-columns': 'The row has more or fewer columns than the header.',
  'csv-quotes': 'The quotes of the row do not match (RFC 4180).',
  'crm-record': 'The id of the record does not have the form that ids of this CRM have.',
} as const;
export type LineDefect = keyof typeof lineDefects;

/** Which column held the value of a field, by field, where a file has several columns for it. */
export type Sources = Readonly<Record<string, string>>;

/** A line as it waits to be judged: JSON as text, and where it stood in the file. */
export type SpooledLine = { readonly line: number } & (
  | { readonly text: string; readonly sources?: Sources }
  | { readonly defect: LineDefect }
);

/** No JSON of a line begins with this. */
const defectMark = '!';

/** One line of a chunk. JSON holds no line end of its own, so that chunks are cut by lines again. */
export const written = (spooled: SpooledLine): string =>
  'text' in spooled
    ? `${spooled.line}\t${spooled.text}`
    : `${spooled.line}\t${defectMark}${spooled.defect}`;

export const readChunk = (chunk: string): SpooledLine[] =>
  chunk.split('\n').map((entry) => {
    const tab = entry.indexOf('\t');
    const line = Number(entry.slice(0, tab));
    const text = entry.slice(tab + 1);
    const defect = text.slice(defectMark.length);
    const isDefect = text.startsWith(defectMark) && Object.hasOwn(lineDefects, defect);
    return isDefect ? { line, defect: defect as LineDefect } : { line, text };
  });
