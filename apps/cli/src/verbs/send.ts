import { readFileSync } from 'node:fs';
import { Refusal } from '../terminal/refusal.ts';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../terminal/terminal.ts';

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
  { api, terminal }: { api: TactClient; terminal: Terminal },
): Promise<void> => {
  const body = read(file);
  await api.webhook(body);
  terminal.line(`${body.length} bytes accepted by ${api.credentials.origin}`);
};
