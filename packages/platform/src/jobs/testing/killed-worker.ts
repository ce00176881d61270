import { setTimeout as pause } from 'node:timers/promises';
import { openStage, write, writing } from './job-stage.ts';

// A process that is killed between a job's effect and its end: it says when it has come there.
const [, , url = '', mode = ''] = process.argv;
const stage = await openStage(url);
const reached = async () => {
  process.send?.('reached');
  await pause(60_000);
};
if (mode === 'in-transaction') {
  stage.runner({
    ...writing(),
    handle: async (tx, jobs, signal) => {
      await writing().handle(tx, jobs as never, signal);
      await reached();
    },
  });
} else {
  stage.runner({
    kind: write,
    run: async ({ payload, attempt }) => {
      const { what } = payload as { what: string };
      await stage.query('INSERT INTO effects (what, attempt) VALUES ($1, $2)', [what, attempt]);
      await reached();
    },
  });
}
