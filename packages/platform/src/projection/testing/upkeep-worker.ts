import { createLog } from '../../observability/logger.ts';
import { type Projection, sourceOf } from '../projection.ts';
import { ProjectionUpkeep } from '../upkeep.ts';
import { openCounter, tally } from './counter-worker.ts';

/** The tally of another release: every value counts double. */
export const doubled = (version: number): Projection => ({
  ...tally,
  version,
  handle: (tx, events, context) =>
    tally.handle(
      tx,
      events.map((event) => ({
        ...event,
        data: { value: 2 * (event.data as { value: number }).value },
      })),
      context,
    ),
});

export const openUpkeep = async (
  url: string,
  projection: Projection,
  attemptPauseMs?: number,
): Promise<{ upkeep: ProjectionUpkeep; close: () => Promise<void> }> => {
  const { database, store } = await openCounter(url);
  const source = sourceOf(store);
  const log = createLog({ service: 'tally', level: 'silent' });
  const upkeep = new ProjectionUpkeep({
    database,
    source,
    rebuildSource: source,
    projection,
    log,
    ...(attemptPauseMs === undefined ? {} : { attemptPauseMs }),
  });
  const close = async () => {
    await upkeep.stop();
    await store.close();
    await database.close();
  };
  return { upkeep, close };
};

// As a process of its own it runs until it is killed.
const [, script, url] = process.argv;
if (script === import.meta.filename && url !== undefined) {
  const { upkeep } = await openUpkeep(url, doubled(2));
  upkeep.start();
  await upkeep.done;
}
