import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BlockLikelihood } from '@tact/contracts';
import { RunningPlatform, eventually } from '../running-platform.ts';
import { pages, root, shellBlocksOf } from './pages.ts';

const PASTE_MS_MAX = 240_000;

const platform = new RunningPlatform();
const scratch = mkdtempSync(join(tmpdir(), 'tact-pages-'));

beforeAll(() => platform.start(), 120_000);
afterAll(async () => {
  await platform.stop();
  platform.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** The words of the page, on this platform's port, in its folder, and with files of their own. */
const here = (text: string): string =>
  text
    .replaceAll('/tmp/', `${scratch}/`)
    .replaceAll('localhost:8080', new URL(platform.credentials.origin).host)
    .replaceAll('./.tact/', `${platform.home}/`);

const pasted = (script: string): Promise<{ code: number | null; said: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, NODE_OPTIONS: '', TACT_HOME: platform.home };
    const shell = spawn('sh', ['-e', '-c', script], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    // A block that runs until it is stopped belongs to those that say so and are left out.
    const timer = setTimeout(() => process.kill(-(shell.pid ?? 0), 'SIGKILL'), PASTE_MS_MAX);
    let said = '';
    for (const stream of [shell.stdout, shell.stderr]) {
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    }
    shell.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, said });
    });
  });

const runnable = pages().flatMap((page) => {
  const blocks = shellBlocksOf(page).filter(({ notRun }) => notRun === undefined);
  return blocks.length === 0 ? [] : [{ page, script: blocks.map(({ text }) => text).join('\n') }];
});

describe('the commands of the pages, pasted one after the other', () => {
  test.each(runnable)(
    '$page',
    async ({ page, script }) => {
      const { code, said } = await pasted(here(script));
      expect({ page, code, said }).toEqual({ page, code: 0, said });
      expect(said).not.toContain('/problems/');
    },
    PASTE_MS_MAX + 10_000,
  );

  test('the person of the README has a likelihood worth reading', async () => {
    const { body } = await platform.call<{ contactId: string }>('POST', '/v1/contacts/search', {
      identity: { phone: '+33639981000' },
    });
    const answer = await eventually(
      () => platform.call('GET', `/v1/contacts/${body.contactId}/block-likelihood`),
      ({ body: likelihood }) =>
        (BlockLikelihood.safeParse(likelihood).data?.probability ?? 0) > 0.5,
    );
    expect(BlockLikelihood.parse(answer.body)).toMatchObject({
      band: 'undetermined',
      rule: { outcome: 'held-back' },
    });
  });
});
