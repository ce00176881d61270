import { mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { ServiceLog } from './service-log.ts';

const until = async (holds: () => boolean): Promise<void> => {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('waited too long');
    await sleep(5);
  }
};

const isLinux = process.platform === 'linux';
const onLinux = isLinux ? test : test.skip;
if (!isLinux) process.stderr.write('THE FULL LOG WAS SKIPPED: only Linux has /dev/full.\n');

// `/dev/full` is a file on a disk without room.
onLinux(
  'a log on a full disk is written again when there is room, and says what was lost',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tact-log-'));
    const path = join(folder, 'ingestion.log');
    symlinkSync('/dev/full', path);
    const said: string[] = [];
    const log = new ServiceLog(path, (brief) => said.push(brief), 50);
    log.note('one');
    await until(() => said.length === 1);
    log.note('two');
    await sleep(60);
    log.note('three');
    await sleep(60);
    expect(said).toEqual(['its log cannot be written (ENOSPC: no space left on device, write)']);
    unlinkSync(path);
    // A line that comes while it rests from the last failure is lost too.
    await until(() => {
      log.note('four');
      return said.length === 2;
    });
    log.close();
    expect(said[1]).toMatch(/^its log is written again; about \d+ line\(s\) were lost$/);
    expect(readFileSync(path, 'utf8')).toContain('four');
    rmSync(folder, { recursive: true });
  },
);
