import type { RaisedAlerts } from '../alerts/raised-alerts.ts';
import type { Alerts } from '../observability/alerts.ts';
import type { Log } from '../observability/logger.ts';
import type { ShutdownHooks } from './shutdown-hooks.ts';
import { PeriodicTask } from './periodic-task.ts';
import type { Storage } from './storage.ts';

const EVERY_MS = 60_000;

type Parts = {
  readonly alerts: Alerts;
  readonly raisedAlerts: RaisedAlerts;
  readonly storage: Pick<Storage, 'clock'>;
  readonly log: Log;
  readonly shutdownHooks: ShutdownHooks;
};

/** Every minute, and whenever somebody asks: what is the matter becomes a row, so that its age survives a restart. */
export const lookAtAlerts = (parts: Parts): void => {
  const { alerts, raisedAlerts, storage, log, shutdownHooks } = parts;
  alerts.add((tenantId) => raisedAlerts.ofTenant(tenantId));
  const task = new PeriodicTask({
    everyMs: EVERY_MS,
    follows: storage.clock,
    log,
    complaint: 'alerts could not be stored; again soon',
    run: async () => {
      await raisedAlerts.look();
      await raisedAlerts.forget();
    },
  });
  task.start();
  shutdownHooks.add('alerts', () => task.stop());
};
