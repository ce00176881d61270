import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../../', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tact-lint-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const offences = [
  `export const kinds = new Set<SignalKind>(['message-read']);`,
  `export const families = new Set<SignalFamily>(['photo']);`,
  `export const kinds = ['message-read', 'message-played'];`,
  `export const kinds = ['message-read', 'message-played'] as const;`,
  `export const isOne = (what: string) => what === 'message-read' || what === 'message-played';`,
  `export const isOne = (signal: { kind: string }) => signal.kind === 'message-read';`,
  `export const isOne = (it?: { purpose: string }) => it?.purpose !== 'marketing';`,
  `export const isOne = ({ channel }: { channel: string }) => channel === 'email';`,
  "export const text = (id: string) => `SELECT ${id} WHERE kind IN ('call-rang', 'call-answered')`;",
  `export const text = "SELECT 1 WHERE purpose IN ('marketing', 'feedback')";`,
];
const sound = [
  `export const row = { 'message-read': true, 'message-played': true };`,
  `export const places = ['phone', 'bsuid', 'email'];`,
  `export const kind = 'message-read';`,
  `export const seen = new Set<SignalKind>();`,
];

const lint = (paths: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const config = ['-c', join(root, '.oxlintrc.json'), '--format', 'unix'];
    execFile(
      join(root, 'node_modules/.bin/oxlint'),
      [...config, ...paths],
      { cwd: root },
      (_, reported) => {
        resolve(reported);
      },
    );
  });

test('what a member of a union means is not written by hand', async () => {
  const written = [...offences, ...sound].map(async (text, nth) => {
    const path = join(folder, `case-${nth}.ts`);
    await writeFile(path, `${text}\n`);
    return path;
  });
  const reported = await lint(await Promise.all(written));
  const found = reported
    .split('\n')
    .filter((line) => line.includes('meaning-stands-once'))
    .map((line) => Number(/case-(\d+)\.ts/.exec(line)?.[1]));
  expect([...new Set(found)].toSorted((a, b) => a - b)).toEqual([...offences.keys()]);
});
