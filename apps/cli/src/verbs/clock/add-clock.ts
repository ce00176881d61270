import type { Command } from 'commander';
import type { Home } from '../../home/home.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { advanceClock, showClock } from './clock.ts';

/** `tact clock ...`: the present of the embedded platform. */
export const addClock = (tact: Command, parts: () => { home: Home; terminal: Terminal }): void => {
  const clock = tact.command('clock').description('the present of the embedded platform');
  clock
    .command('show')
    .description('what time it is for the platform')
    .action(() => showClock(parts()));
  clock
    .command('advance')
    .description('move the clock of every service on, for ever, so that what is due later happens')
    .argument('<duration>', 'like P1D, PT36H, P2W, or seconds')
    .action((duration: string) => advanceClock(duration, parts()));
};
