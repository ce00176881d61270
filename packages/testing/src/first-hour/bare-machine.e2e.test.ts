import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const environment = { ...process.env, NODE_OPTIONS: '' };

const ran = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'tools', 'bootstrap.mjs'), ...args],
    { encoding: 'utf8', env: { ...environment, ...env } },
  );
  return { code: status, said: stdout + stderr };
};

describe('a command that names nothing that exists fails with a sentence', () => {
  test('a test', () => {
    const { code, said } = ran(['test', 'no-such-test']);
    expect(code).toBe(1);
    expect(said).toContain('No test has "no-such-test" in its path: give a part of a path');
  });

  test('a benchmark', () => {
    const { code, said } = ran(['bench', 'no-such-case']);
    expect(code).toBe(1);
    expect(said).toMatch(
      /^No bench case has "no-such-case" in its name: there are .*\bwebhook\b.*\.$/m,
    );
  });

  test('a verb', () => {
    expect(ran(['no-such-verb'])).toMatchObject({ code: 1 });
    expect(ran(['tact', 'no-such-verb'])).toMatchObject({
      code: 1,
      said: "error: unknown command 'no-such-verb'\n",
    });
  });
});

describe('what npm kept for itself', () => {
  test('is understood by the start', () => {
    const { code, said } = ran(['start'], { npm_config_port: '99999' });
    expect({ code, said }).toEqual({
      code: 1,
      said: 'tact: PORT must be a number from 0 to 65535 (0 takes any free port).\n',
    });
  });

  test('npm 11 takes a port apart', () => {
    const { said } = ran(['start', '99999'], { npm_config_port: 'true' });
    expect(said).toContain('PORT must be a number');
  });

  test('is one sentence for the other verbs', () => {
    const { code, said } = ran(['tact', 'seed'], { npm_config_fixtures: 'true' });
    expect({ code, said }).toEqual({
      code: 1,
      said: "npm kept --fixtures for itself: put -- between npm's words and Tact's, as in npm run tact -- seed --fixtures ...\n",
    });
  });

  test('a -- that pnpm passes on is no word of ours', () => {
    expect(ran(['test', '--', '--help'])).toMatchObject({ code: 0 });
    expect(ran(['tact', '--', 'no-such-verb']).said).toContain('unknown command');
  });
});

describe('a clone that this user may not write', () => {
  let folder: string;
  // As root everything can be written, so somebody else tries; Node itself may lie in root's own folder.
  const isRoot = process.getuid?.() === 0;
  const account = isRoot ? { uid: 65_534, gid: 65_534 } : {};

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tact-clone-'));
    chmodSync(folder, 0o755);
    cpSync(join(root, 'tools'), join(folder, 'clone', 'tools'), { recursive: true });
    for (const room of ['apps', 'packages', 'infra']) mkdirSync(join(folder, 'clone', room));
    copyFileSync(join(root, 'package.json'), join(folder, 'clone', 'package.json'));
    if (isRoot) copyFileSync(process.execPath, join(folder, 'node'));
    chmodSync(join(folder, 'clone'), 0o555);
  });

  afterEach(() => {
    chmodSync(join(folder, 'clone'), 0o755);
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (env: NodeJS.ProcessEnv = {}) =>
    spawnSync(
      isRoot ? join(folder, 'node') : process.execPath,
      [join(folder, 'clone', 'tools', 'bootstrap.mjs'), 'start'],
      { encoding: 'utf8', env: { ...environment, ...env }, cwd: '/', ...account },
    );

  test('is named, with what to do, and nothing was begun', () => {
    const { status, stdout, stderr } = start();
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^The user \S+ may not write \S+clone, and Tact installs and builds inside its clone: clone it to a folder of your own, or .*\.\n$/,
    );
    expect(readdirSync(join(folder, 'clone')).toSorted()).toEqual(
      ['apps', 'infra', 'package.json', 'packages', 'tools'].toSorted(),
    );
  });

  test("so is npm's own folder", () => {
    chmodSync(join(folder, 'clone'), 0o777);
    mkdirSync(join(folder, 'npm'), { mode: 0o555 });
    const { status, stderr } = start({ npm_config_cache: join(folder, 'npm') });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^The user \S+ may not write \S+npm, where npm keeps what it fetches/);
  });
});
