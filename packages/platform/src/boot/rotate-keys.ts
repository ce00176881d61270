import { HOUR_MS } from '@tact/contracts';
import { z } from 'zod';
import type { Clock } from '../config/clock.ts';
import { type Again, jobKind, type LeasedJobHandler, type LeasedWork } from '../jobs/job-kind.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Log } from '../observability/logger.ts';
import type { KeyRotation } from '../personal-data/keys/key-rotation.ts';
import type { Queryable } from '../postgres/queryable.ts';

const EVERY_MS = HOUR_MS;

/** One a service, again and again. A keeper of the root key that is away is asked again within ten minutes. */
const rotateKeys = jobKind({
  name: 'rotate-keys',
  payload: z.object({}),
  attemptsMax: Infinity,
  backoffMs: { first: 60_000, max: 600_000 },
});

type Parts = { readonly rotation: KeyRotation; readonly log: Log; readonly clock: Clock };

/** Looks every hour, in every service: whichever comes first does the work, and a stop ends it between batches. */
export class RotateKeys implements LeasedJobHandler {
  readonly kind = rotateKeys;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async run(_: unknown, { signal }: LeasedWork): Promise<Again> {
    const { rotation, log, clock } = this.#parts;
    const begin = performance.now();
    clock.assertTrusted();
    const report = await rotation.run(signal);
    if (report.outcome === 'done' || report.outcome === 'stopped') {
      const line = { ...report, durationMs: Math.round(performance.now() - begin) };
      if (report.unreadable > 0) log.error(line, 'keys of persons do not open; restore the vault');
      else log.info(line, 'key epochs rotated');
    }
    const pauseMs = report.outcome === 'stopped' ? 0 : EVERY_MS;
    return { runAt: new Date(clock.now().getTime() + pauseMs) };
  }
}

/** A service that starts looks at once: it may have stood still for weeks, or its clock may have been set back. */
export const scheduleRotation = (jobs: Jobs, queryable: Queryable): Promise<void> =>
  jobs.schedule(queryable, rotateKeys, { payload: {}, unique: 'hourly' });
