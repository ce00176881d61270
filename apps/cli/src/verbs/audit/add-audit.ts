import type { Command } from 'commander';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';
import { exportAudit } from './export-audit.ts';
import { listAudit, type ListAuditFlags } from './list-audit.ts';

/** The verbs of `tact audit`; `running` finds the platform when a verb is carried out. */
export const addAudit = (
  tact: Command,
  running: () => { readonly api: TactClient; readonly terminal: Terminal },
): void => {
  const audit = tact.command('audit').description('what was done, by whom, to whom and why');
  audit
    .command('list')
    .description('the latest acts')
    .option('--subject <id>', 'only acts on this contact, member of staff or data request')
    .option('--actor <id>', 'only acts of this member of staff or key')
    .option('--limit <number>', 'how many, 200 at most', '50')
    .action((flags: ListAuditFlags) => listAudit(flags, running()));
  audit
    .command('export')
    .description('write the whole chain with its signatures to a file: see tact verify-audit')
    .argument('<file>')
    .action((file: string) => exportAudit(file, running()));
};
