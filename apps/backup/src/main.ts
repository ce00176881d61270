import { runBackup } from '@tact/platform';

await runBackup();
