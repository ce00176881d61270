import { readFileSync } from 'node:fs';
import { Refusal } from './refusal.ts';
import type { TactApi } from './tact-api.ts';
import type { Terminal } from './terminal.ts';

const read = (file: string): Uint8Array<ArrayBuffer> => {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    throw new Refusal(`${file} cannot be read: give a file that holds one webhook body.`, {
      cause: error,
    });
  }
};

/** `tact send <file>`: signs the bytes of the file as they are and posts them as a WhatsApp webhook. */
export const send = async (
  file: string,
  { api, terminal }: { api: TactApi; terminal: Terminal },
): Promise<void> => {
  const body = read(file);
  await api.webhook(body);
  terminal.line(`${body.length} bytes accepted by ${api.credentials.origin}`);
};
