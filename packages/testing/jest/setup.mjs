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
      void leave(process.pid).finally(() => process.exit(code));
    });
  }
}
