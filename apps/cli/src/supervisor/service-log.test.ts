import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
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

/** The lines of the whole log, oldest first. */
const linesOf = (path: string): string[] =>
  [`${path}.3`, `${path}.2`, `${path}.1`, path]
    .filter((one) => existsSync(one))
    .flatMap((one) => readFileSync(one, 'utf8').split('\n').filter(Boolean))
    .map((line) => (JSON.parse(line) as { supervisor: string }).supervisor);

test('a log that grows while its service runs begins a new file, and no line is lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tact-log-'));
  const path = join(folder, 'ingestion.log');
  const log = new ServiceLog(path, () => undefined, { bytesMax: 4_000 });
  const said = Array.from({ length: 150 }, (_, nth) => `line ${nth} ${'x'.repeat(20)}`);
  for (const text of said) log.note(text);
  log.close();
  await until(() => linesOf(path).length === said.length);
  expect(linesOf(path)).toEqual(said);
  const files = readdirSync(folder);
  expect(files.length).toBeGreaterThan(2);
  expect(files.every((name) => statSync(join(folder, name)).size <= 4_100)).toBe(true);
  rmSync(folder, { recursive: true });
});

test('of a log without end the last four files are kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tact-log-'));
  const path = join(folder, 'ingestion.log');
  const log = new ServiceLog(path, () => undefined, { bytesMax: 1_000 });
  for (let nth = 0; nth < 20; nth += 1) {
    log.note(`${nth} ${'x'.repeat(600)}`);
    await until(() => existsSync(path) && readFileSync(path, 'utf8').includes(`"${nth} `));
  }
  log.close();
  expect(readdirSync(folder)).toHaveLength(4);
  rmSync(folder, { recursive: true });
});

// `/dev/full` is a file on a disk without room.
onLinux(
  'a log on a full disk is written again when there is room, and says what was lost',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tact-log-'));
    const path = join(folder, 'ingestion.log');
    symlinkSync('/dev/full', path);
    const said: string[] = [];
    const log = new ServiceLog(path, (brief) => said.push(brief), { againAfterMs: 50 });
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
