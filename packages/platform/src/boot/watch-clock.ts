import type { Clock } from '../config/clock.ts';
import type { Log } from '../observability/logger.ts';
import type { ShutdownHooks } from './shutdown-hooks.ts';
import { certainSkewMs } from './heartbeat.ts';
import type { Storage } from './storage.ts';

const EVERY_MS = 10_000;

type Watched = {
  readonly storage: Pick<Storage, 'clock' | 'database'>;
  readonly log: Log;
  readonly shutdownHooks: ShutdownHooks;
};

/** Says it when the clocks part, and when they are together again: what was refused meanwhile is understood by it. */
const sayChange = (clock: Clock, log: Log): ((skewMs: number) => void) => {
  let wasTrusted = true;
  return (skewMs) => {
    if (clock.isTrusted === wasTrusted) return;
    wasTrusted = clock.isTrusted;
    if (wasTrusted) log.info({ skewMs }, 'the clocks agree again: what needs the time is decided');
    else {
      log.error(
        { skewMs },
        'the clocks of this machine and of the database differ: nothing that needs the time is decided',
      );
    }
  };
};

/** A question of its own, which stores nothing: whether something can be stored is asked when somebody wants to know. */
const measure = async ({ clock, database }: Watched['storage']): Promise<number> => {
  const askedAt = Date.now();
  const [row] = await database.queryable.query<{ databaseMs: number }>(
    `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "databaseMs"`,
  );
  const wayMs = Date.now() - askedAt;
  const skewMs = (row?.databaseMs ?? askedAt) - (askedAt + wayMs / 2);
  clock.noteSkew(certainSkewMs({ skewMs, wayMs }));
  return skewMs;
};

/** Measures the database's clock at the start and then again and again, whoever asks or not. */
export const watchClock = async ({ storage, log, shutdownHooks }: Watched): Promise<void> => {
  const say = sayChange(storage.clock, log);
  const look = async (): Promise<void> => say(await measure(storage));
  await look();
  // A database that is away is told of elsewhere; what was last certain of its clock stays so.
  const timer = setInterval(() => void look().catch(() => undefined), EVERY_MS).unref();
  shutdownHooks.add('clock watch', () => Promise.resolve(clearInterval(timer)));
};
