import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const guard = fileURLToPath(new URL('./stall-guard.ts', import.meta.url));
const run = (work: string) => {
  const code = `import { guardAgainstStall } from ${JSON.stringify(guard)};
    guardAgainstStall({ everyMs: 50, stalledMs: 400 });
    ${work}`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return { child, said: () => said, ended: once(child, 'close') };
};

test('a process whose event loop is blocked ends itself, with a sentence', async () => {
  const { said, ended } = run('setTimeout(() => { for (;;); }, 100);');
  expect((await ended)[1]).toBe('SIGKILL');
  expect(JSON.parse(said())).toMatchObject({
    level: 60,
    msg: 'the event loop stood still for 0.4 s: the process ends, to be started again',
  });
});

test('one that is busy in small pieces, or was stopped and goes on, is left alone', async () => {
  const busy = 'const end = Date.now() + 150; while (Date.now() < end);';
  const { child, said, ended } = run(`
    let rounds = 0;
    const timer = setInterval(() => {
      ${busy}
      if (rounds === 0) process.stdout.write('busy');
      if ((rounds += 1) === 8) clearInterval(timer);
    }, 1);`);
  await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  child.kill('SIGCONT');
  expect([await ended, said()]).toEqual([[0, null], '']);
});
