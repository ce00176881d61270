import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { TactClient } from '@tact/client';
import { ImportPreview, PreviewOutcome } from '@tact/contracts';
import { Refusal } from '../../terminal/refusal.ts';
import { tableOf } from '../../terminal/table.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { fileLines } from './file-lines.ts';
import { type ImportFlags, requestOf, sizeOf } from './import-flags.ts';

const SHOWN_LINES_MAX = 20;

const what: Record<PreviewOutcome, string> = {
  create: 'would be created',
  update: 'would be updated',
  unchanged: 'would change nothing',
  accept: 'would be accepted',
  conflict: 'in conflict: their identities are of different contacts',
  reject: 'would be rejected',
};

const whyOf = ({ outcome, errors = [] }: ImportPreview['lines'][number]): string => {
  if (outcome === 'conflict') return what.conflict;
  return errors
    .map(({ pointer, message, column }) =>
      `${column === undefined ? pointer : `"${column}"`} ${message}`.trim(),
    )
    .join(' ');
};

const show = (file: string, preview: ImportPreview, terminal: Terminal): void => {
  const more = preview.isCut ? ', the first ones of more' : '';
  terminal.line(`${basename(file)}: ${preview.lines.length} rows${more}; nothing is written`);
  for (const line of fileLines(preview.file)) terminal.line(`  ${line}`);
  const columns = preview.columns.map(({ column, field }) => [column, field]);
  if (columns.length > 0) {
    terminal.line('');
    for (const line of tableOf(['column', 'field'], columns)) terminal.line(`  ${line}`);
  }
  terminal.line('');
  for (const outcome of PreviewOutcome.options) {
    const count = preview.counts[outcome];
    if (count > 0) terminal.line(`  ${count} ${what[outcome]}`);
  }
  const wrong = preview.lines.filter(
    ({ outcome }) => outcome === 'reject' || outcome === 'conflict',
  );
  if (wrong.length === 0) return;
  terminal.line('');
  for (const line of wrong.slice(0, SHOWN_LINES_MAX)) {
    terminal.line(`  line ${line.line}: ${whyOf(line)}`);
  }
};

/** `tact import --preview <file>`: what an import would do with it. Throws `Refusal` when a row would be rejected. */
export const previewFile = async (
  file: string,
  flags: ImportFlags,
  { api, terminal }: { api: TactClient; terminal: Terminal },
): Promise<void> => {
  const { query, contentType } = requestOf(file, flags);
  sizeOf(file);
  const bytes = createReadStream(file);
  try {
    const body = Readable.toWeb(bytes) as ReadableStream<Uint8Array>;
    const answer = await api.upload(`/v1/imports/previews?${query}`, body, contentType);
    const preview = ImportPreview.parse(answer);
    show(file, preview, terminal);
    const rejected = preview.counts.reject + preview.counts.conflict;
    if (rejected > 0)
      throw new Refusal(`${rejected} of ${preview.lines.length} rows would not be taken.`);
  } finally {
    bytes.destroy();
  }
};
