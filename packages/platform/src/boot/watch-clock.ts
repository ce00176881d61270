import type { Clock } from '../config/clock.ts';
import type { Log } from '../observability/logger.ts';
import type { Closers } from './closers.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { Storage } from './storage.ts';

const everyMs = 10_000;

type Watched = {
  readonly heartbeat: Heartbeat;
  readonly storage: Pick<Storage, 'clock'>;
  readonly log: Log;
  readonly closers: Closers;
};

/** Says it when the clocks part, and when they are together again: what was refused meanwhile is understood by it. */
const sayChange = (clock: Clock, log: Log): ((skewMs: number | undefined) => void) => {
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

/** Measures the database's clock at the start and then again and again, whoever asks or not. */
export const watchClock = async ({ heartbeat, storage, log, closers }: Watched): Promise<void> => {
  const say = sayChange(storage.clock, log);
  const measure = async (): Promise<void> => say(await heartbeat.skewMs());
  await measure();
  const timer = setInterval(() => void measure(), everyMs).unref();
  closers.add('clock watch', () => Promise.resolve(clearInterval(timer)));
};
