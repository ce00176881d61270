import type { Command } from 'commander';
import { Refusal } from '../../terminal/refusal.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { TactClient } from '@tact/client';
import { importFile } from './import-file.ts';
import type { ImportFlags } from './import-flags.ts';
import { previewFile } from './preview-file.ts';
import { printTemplate } from './templates.ts';

type Options = ImportFlags & { readonly preview: boolean; readonly template?: string };
type Running = () => { api: TactClient; terminal: Terminal };

const runImport = (file: string | undefined, options: Options, running: Running): Promise<void> => {
  if (file === undefined) throw new Refusal('Give the file to send: tact import <file>.');
  return options.preview
    ? previewFile(file, options, running())
    : importFile(file, options, running());
};

export const addImport = (tact: Command, terminal: Terminal, running: Running): void => {
  tact
    .command('import')
    .description('send a file of contacts, consents or signals, and follow it to its last line')
    .argument('[file]', 'NDJSON, or a table with a header; an export of a CRM as it is')
    .option('--type <type>', 'contacts, consents or signals', 'contacts')
    .option('--csv', 'the file is a table (default for *.csv, *.tsv, *.txt)', false)
    .option('--country <code>', 'the country of phones without one, e.g. FR')
    .option('--time-zone <zone>', 'the zone of times without an offset, e.g. Europe/Paris')
    .option('--mapping <name>', 'the CRM whose export it is (default: its header tells)')
    .option('--preview', 'show what would happen to each row, and write nothing', false)
    .option('--template <type>', 'print a file to begin with, and send nothing')
    .action((file: string | undefined, options: Options) =>
      options.template === undefined
        ? runImport(file, options, running)
        : printTemplate(options.template, terminal),
    );
};
