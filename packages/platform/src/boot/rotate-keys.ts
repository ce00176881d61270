import { describeError } from '../observability/redaction.ts';
import type { Log } from '../observability/logger.ts';
import type { KeyRotation } from '../personal-data/keys/key-rotation.ts';
import type { Closers } from './closers.ts';

const everyMs = 3_600_000;

type Parts = { readonly rotation: KeyRotation; readonly log: Log; readonly closers: Closers };

/** Looks now and every hour, in every service: whichever comes first does the work, and a stop ends it between batches. */
export const rotateKeysHourly = ({ rotation, log, closers }: Parts): void => {
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const begin = performance.now();
    try {
      const report = await rotation.run(stop.signal);
      if (report.outcome === 'idle' || report.outcome === 'elsewhere') return;
      const line = { ...report, durationMs: Math.round(performance.now() - begin) };
      if (report.unreadable > 0) log.error(line, 'keys of persons do not open; restore the vault');
      else log.info(line, 'key epochs rotated');
    } catch (error) {
      log.warn({ error: describeError(error) }, 'key rotation failed; the next look is in an hour');
    }
  };
  const start = () => {
    running = running.then(look);
  };
  start();
  const timer = setInterval(start, everyMs).unref();
  closers.add('key rotation', () => {
    clearInterval(timer);
    stop.abort();
    return running;
  });
};
