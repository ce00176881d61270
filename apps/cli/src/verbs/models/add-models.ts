import type { Command } from 'commander';
import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';
import { fitModel } from './fit-model.ts';
import { listModels } from './list-models.ts';
import { promoteModel, type PromoteModelOptions } from './promote-model.ts';
import { showModel } from './show-model.ts';

/** The verbs of `tact models`; `running` finds the platform when a verb is carried out. */
export const addModels = (
  tact: Command,
  running: () => { readonly api: TactClient; readonly terminal: Terminal },
): void => {
  const models = tact
    .command('models')
    .description('models that assess the contacts of the tenant');
  models
    .command('list')
    .description('every model with its state')
    .action(() => listModels(running()));
  models
    .command('fit')
    .description(
      'fit a candidate model to past facts and outcomes; it is not used until it is promoted',
    )
    .option(
      '--held-out <days>',
      'the last days are held out of the fit and used to evaluate it',
      '28',
    )
    .action(({ heldOut }: { heldOut: string }) => fitModel({ heldOutDays: heldOut }, running()));
  models
    .command('show')
    .description('the card of a model: what taught it, how good it is, what it is not for')
    .argument('[version]', 'the model (default: the live one)')
    .option('--svg <file>', 'write the reliability diagram')
    .action((version: string | undefined, options: { svg?: string }) =>
      showModel({ version, ...options }, running()),
    );
  models
    .command('promote')
    .description('let a model assess every contact from now on')
    .argument('<version>')
    .requiredOption('--reason <text>', "why, in the business's words; never a person's name")
    .requiredOption('--compared-with <version>', 'the live model you compared it with')
    .action((version: string, options: Omit<PromoteModelOptions, 'version'>) =>
      promoteModel({ version, ...options }, running()),
    );
};
