import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '@tact/infra';
import { runFolder } from './scratch.ts';

const WAIT_MS_MAX = 170_000;

/**
 * What takes long to make and serves several files: the first of a run that asks makes it, the others read the JSON it
 * left in the run's folder. Give a hook that asks three minutes; where making fails, whoever asks next tries.
 */
export const oncePerRun = <Value>(name: string, make: () => Promise<Value>): Promise<Value> => {
  const file = join(runFolder(), `${name}.json`);
  const work = async (): Promise<Value> => {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Value;
    const made = await make();
    writeFileSync(`${file}.new`, JSON.stringify(made));
    renameSync(`${file}.new`, file);
    return made;
  };
  return withLock(`${file}.lock`, work, WAIT_MS_MAX);
};
