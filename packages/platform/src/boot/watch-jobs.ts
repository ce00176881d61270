import { countJobs } from '../jobs/job-counts.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import { ParkedJobs } from '../jobs/parked-jobs.ts';
import type { Health } from '../observability/health.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Storage } from './storage.ts';
import type { ParkedRecords } from './parked-records.ts';

type Watched = {
  readonly runner: JobRunner;
  readonly storage: Pick<Storage, 'database' | 'clock'>;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly parkedRecords: ParkedRecords;
};

/** Shows the service's jobs to operators, once its runner knows them. */
export const watchJobs = (watched: Watched): void => {
  const { runner, storage, health, metrics, parkedRecords } = watched;
  const { database, clock } = storage;
  for (const { name } of runner.kinds) parkedRecords.watch(new ParkedJobs(name, database, runner));
  const counts = () => countJobs(database.queryable, runner.kinds, clock.now());
  health.tell('jobs', counts);
  metrics.gauge(
    'tact_jobs',
    'Jobs by their state, counted up to 10,000 each.',
    async (gauge) => {
      for (const { kind, waiting, running, parked } of await counts()) {
        gauge.set({ kind, state: 'waiting' }, waiting);
        gauge.set({ kind, state: 'running' }, running);
        gauge.set({ kind, state: 'parked' }, parked);
      }
    },
    ['kind', 'state'],
  );
  metrics.gauge(
    'tact_jobs_oldest_due_seconds',
    'How long the oldest job that is due has been waiting.',
    async (gauge) => {
      for (const { kind, oldestDueSeconds } of await counts())
        gauge.set({ kind }, oldestDueSeconds);
    },
    ['kind'],
  );
};
