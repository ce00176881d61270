import type { Command } from 'commander';
import { backup, type Place } from './backup.ts';
import { restore, type RestoreFlags } from './restore.ts';

/** The verbs that carry a platform through the loss of its machine. */
export const addBackup = (tact: Command, place: () => Place): void => {
  tact
    .command('backup')
    .description('copy data and keys into a folder, while the platform runs or not')
    .argument('<folder>', 'gets data/ and keys/')
    .option('--keys <folder>', 'gets keys/ instead: keep them apart from the data')
    .action((folder: string, options: { keys?: string }) => backup(folder, options, place()));
  tact
    .command('restore')
    .description('put a backup into an empty data folder or an empty database')
    .argument('<folder>', 'holds data/ and keys/')
    .option('--keys <folder>', 'holds keys/ where they were kept apart')
    .option('--delete-topics', 'delete what a Kafka still holds of another history', false)
    .option('--older-than-seven-days', 'also a copy that should be gone by now', false)
    .action((folder: string, options: RestoreFlags) => restore(folder, options, place()));
};
