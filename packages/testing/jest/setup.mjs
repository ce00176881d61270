import { childrenOf, commandLineOf } from '../../../infra/src/processes.ts';
import { join, leave } from './runs.mjs';

/** Runs once in jest's main process; the servers themselves are started by the first test that wants one. */
export default async function setup() {
  process.env.TACT_TEST_RUN = String(process.pid);
  await join(process.pid);
  // Jest runs no teardown on Ctrl-C: the servers are stopped here, and a second Ctrl-C waits for nothing.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]) {
    process.once(signal, () => {
      process.once(signal, () => process.exit(code));
      // Workers know nothing of it: one that went on would start anew what is stopped here, and one that ended
      // would be followed by another.
      for (const worker of workers()) process.kill(worker, 'SIGSTOP');
      void leave(process.pid).finally(() => {
        for (const worker of workers()) process.kill(worker, 'SIGKILL');
        process.exit(code);
      });
    });
  }
}

/** The processes in which jest runs files; the servers that tests started are not among them. */
const workers = () =>
  childrenOf(process.pid).filter((pid) => commandLineOf(pid).includes('jest-worker'));
