import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { ImportAccepted, ImportErrorLine, ImportProgress } from '@tact/contracts';
import { progressOf } from '../../terminal/progress.ts';
import { Refusal } from '../../terminal/refusal.ts';
import { fileLines } from './file-lines.ts';
import { type ImportFlags, requestOf, sizeOf } from './import-flags.ts';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';

const LOOK_EVERY_MS = 500;
const SHOWN_ERRORS_MAX = 10;

const kibibytes = (bytes: number): number => Math.ceil(bytes / 1024);

/** Sends the file as a stream; resolves once every line of it is durable. */
const upload = async (
  file: string,
  flags: ImportFlags,
  api: TactClient,
): Promise<ImportAccepted> => {
  const { query, contentType } = requestOf(file, flags);
  const size = sizeOf(file);
  const progress = progressOf('KiB sent', kibibytes(size));
  let [sent, shown] = [0, 0];
  const bytes = createReadStream(file).on('data', (chunk) => {
    sent += chunk.length;
    progress.advance(kibibytes(sent) - shown);
    shown = kibibytes(sent);
  });
  try {
    return ImportAccepted.parse(
      await api.upload(
        `/v1/imports?${query}`,
        Readable.toWeb(bytes) as ReadableStream<Uint8Array>,
        contentType,
      ),
    );
  } finally {
    bytes.destroy();
    progress.end();
  }
};

const judgedOf = ({ lines }: ImportProgress): number =>
  lines.accepted + lines.duplicate + lines.rejected;

/** Follows an import to its end, however often the service is started again meanwhile. */
const follow = async (importId: string, api: TactClient): Promise<ImportProgress> => {
  const look = () => api.get(`/v1/imports/${importId}`, ImportProgress);
  let seen = await look();
  const progress = progressOf('lines judged', seen.lines.read);
  let shown = 0;
  for (;;) {
    progress.advance(judgedOf(seen) - shown);
    shown = judgedOf(seen);
    if (seen.state === 'finished' || seen.state === 'incomplete') break;
    await pause(LOOK_EVERY_MS);
    seen = await look();
  }
  progress.end();
  return seen;
};

const showErrors = async (importId: string, api: TactClient, terminal: Terminal): Promise<void> => {
  const text = await api.getText(`/v1/imports/${importId}/errors`);
  const rejected = text
    .split('\n', SHOWN_ERRORS_MAX)
    .filter((line) => line !== '')
    .map((line) => ImportErrorLine.parse(JSON.parse(line)));
  for (const { line, errors } of rejected) {
    const why = errors.map(({ pointer, message }) => `${pointer} ${message}`.trim()).join(' ');
    terminal.line(`  line ${line}: ${why}`);
  }
  terminal.line(`  all of them: GET /v1/imports/${importId}/errors`);
};

/** `tact import <file> --type <type> [--csv]`: sends a file and follows it to its last line. Throws `Refusal` when lines were rejected. */
export const importFile = async (
  file: string,
  flags: ImportFlags,
  { api, terminal }: { api: TactClient; terminal: Terminal },
): Promise<void> => {
  const { importId, file: read } = await upload(file, flags, api);
  for (const line of read === undefined ? [] : fileLines(read)) terminal.line(line);
  const { lines, notContactable, rate } = await follow(importId, api);
  const without =
    notContactable === undefined ? '' : ` (about ${notContactable} of them without effect)`;
  terminal.line(
    `${importId}: ${lines.read} lines, ${lines.accepted} accepted${without}, ` +
      `${lines.duplicate} accepted before, ${lines.rejected} rejected, ${rate} a second`,
  );
  if (lines.rejected === 0) return;
  await showErrors(importId, api, terminal);
  throw new Refusal(`${lines.rejected} of ${lines.read} lines were rejected.`);
};
