import { writeFileSync } from 'node:fs';
import type { TactClient } from '@tact/client';
import { fileRefusal } from '../../terminal/refusal.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** `tact audit export`: what `tact verify-audit` checks, here or elsewhere. Who may read it are who may read the audit. */
export const exportAudit = async (
  file: string,
  { api, terminal }: { readonly api: TactClient; readonly terminal: Terminal },
): Promise<void> => {
  const text = await api.getText('/v1/audit-events/export');
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch (error) {
    throw fileRefusal(error, file);
  }
  const entries = text.split('\n').filter((line) => line.startsWith('{"kind":"entry"')).length;
  terminal.line(`${entries} entries in ${file}: tact verify-audit ${file} checks them.`);
};
