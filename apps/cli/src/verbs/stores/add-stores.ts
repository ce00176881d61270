import { type Command, Option } from 'commander';
import type { Home } from '../../home/home.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { listStores } from './list-stores.ts';

type Flags = { readonly json: boolean; readonly language: 'en' | 'fr' };

export const addStores = (
  tact: Command,
  parts: () => { readonly home: Home; readonly terminal: Terminal },
): void => {
  tact
    .command('stores')
    .description('everything that is kept: what of a person, where, for how long, and its end')
    .option('--json', 'as JSON', false)
    .addOption(
      new Option('--language <language>', 'of what each holds').choices(['en', 'fr']).default('en'),
    )
    .action((flags: Flags) => listStores(flags, parts()));
};
