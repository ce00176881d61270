import { ServerRefused } from '../refusal.ts';

const orphans = /pre-existing shared memory block|lock file "postmaster.pid" already exists/;

/** True while the children of a server that was killed still hold its memory: they leave by themselves. */
export const orphansRemain = (output: string): boolean => {
  return orphans.test(output);
};

export const portWasTaken = (output: string): boolean => {
  return /Address already in use|could not bind/.test(output);
};

/** One sentence from what initdb or the server printed. */
export const explain = (
  output: string,
  { what, dataDir }: { what: string; dataDir: string },
): ServerRefused => {
  if (/No space left on device|Disk quota exceeded/.test(output))
    return new ServerRefused(
      'no-disk-space',
      `No disk space is left for ${dataDir}: free some and start again.`,
    );
  if (/could not create shared memory|could not resize shared memory/.test(output))
    return new ServerRefused(
      'start-failed',
      `${what} ${dataDir}: the machine grants too little shared memory (in a container, raise --shm-size).`,
    );
  if (/Permission denied/.test(output))
    return new ServerRefused(
      'no-rights',
      `${what} ${dataDir}: the user it runs as may not use that folder.`,
    );
  return new ServerRefused('start-failed', `${what} ${dataDir}: ${lastComplaint(output)}.`);
};

const lastComplaint = (output: string): string => {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const worst = lines.findLast((line) => /FATAL|PANIC|error:|ERROR/.test(line)) ?? lines.at(-1);
  return worst?.replace(/^.*(FATAL|PANIC|ERROR|error): */, '').trim() ?? 'it said nothing';
};
