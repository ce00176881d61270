import { childrenOf } from '../../../infra/src/processes.ts';
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
      // Workers know nothing of it: one that went on would start anew what is stopped here.
      for (const worker of childrenOf(process.pid)) process.kill(worker, 'SIGKILL');
      void leave(process.pid).finally(() => process.exit(code));
    });
  }
}
