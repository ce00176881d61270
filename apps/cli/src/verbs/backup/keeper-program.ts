import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../../terminal/refusal.ts';

const entry = fileURLToPath(new URL('../../../../backup/dist/main.js', import.meta.url));

/**
 * Runs the program that copies the stores, on this terminal: the command line itself knows no database. Its own
 * sentence says why it failed. Ctrl-C reaches both, and it cleans up.
 */
export const runProgram = async (
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> => {
  if (!existsSync(entry)) throw new Refusal('The backup program is not built: run npm start.');
  const child = spawn(process.execPath, [entry, ...args], { env, stdio: 'inherit' });
  const waitForIt = (): void => undefined;
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, waitForIt);
  const code = await new Promise<number>((settle, reject) => {
    child.once('error', reject);
    child.once('close', (status) => settle(status ?? 1));
  });
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, waitForIt);
  if (code !== 0) process.exitCode = code;
};
