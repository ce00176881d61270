import { createReadStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { ImportAccepted, ImportErrorLine, ImportProgress, ImportType } from '@tact/contracts';
import { progressOf } from '../terminal/progress.ts';
import { Refusal } from '../terminal/refusal.ts';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../terminal/terminal.ts';

export type ImportFlags = { readonly type: string; readonly csv: boolean };

const LOOK_EVERY_MS = 500;
const SHOWN_ERRORS_MAX = 10;

const kibibytes = (bytes: number): number => Math.ceil(bytes / 1024);

const sizeOf = (file: string): number => {
  try {
    return statSync(file).size;
  } catch (error) {
    throw new Refusal(`${file} cannot be read: give a file of NDJSON or CSV.`, { cause: error });
  }
};

const typeOf = (given: string): ImportType => {
  const type = ImportType.safeParse(given);
  if (type.success) return type.data;
  throw new Refusal(
    `There is no import of that type: give one of ${ImportType.options.join(', ')}.`,
  );
};

/** Sends the file as a stream; resolves once every line of it is durable. */
const upload = async (
  file: string,
  { type, csv }: { type: ImportType; csv: boolean },
  api: TactClient,
): Promise<ImportAccepted> => {
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
        `/v1/imports?type=${type}`,
        Readable.toWeb(bytes) as ReadableStream<Uint8Array>,
        csv ? 'text/csv' : 'application/x-ndjson',
      ),
    );
  } finally {
    bytes.destroy();
    progress.end();
  }
};

const judgedOf = ({ lines, notContactable }: ImportProgress): number =>
  lines.applied + lines.duplicate + lines.rejected + notContactable;

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
  const type = typeOf(flags.type);
  const csv = flags.csv || file.endsWith('.csv');
  const { importId } = await upload(file, { type, csv }, api);
  const { lines, notContactable, rate } = await follow(importId, api);
  terminal.line(
    `${importId}: ${lines.read} lines, ${lines.applied} applied, ${lines.duplicate} applied before, ` +
      `${notContactable} without effect, ${lines.rejected} rejected, ${rate} a second`,
  );
  if (lines.rejected === 0) return;
  await showErrors(importId, api, terminal);
  throw new Refusal(`${lines.rejected} of ${lines.read} lines were rejected.`);
};
