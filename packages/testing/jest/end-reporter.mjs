/** A test that failed before it closed a server keeps jest's process alive for ever: this ends it, as a failure. */
export default class EndReporter {
  onRunComplete() {
    setTimeout(() => {
      const open = [...new Set(process.getActiveResourcesInfo())].join(', ');
      process.stderr.write(`\ntact · the tests have ended and something keeps running: ${open}\n`);
      process.exit(process.exitCode || 1);
    }, 30_000).unref();
  }
}
