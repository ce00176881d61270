import type { AlertMails } from '../alert-mail/alert-mails.ts';
import type { RaisedAlerts } from '../alerts/raised-alerts.ts';
import type { Alerts, OpenAlerts } from '../observability/alerts.ts';
import type { Log } from '../observability/logger.ts';
import { describeError } from '../observability/redaction.ts';
import type { ShutdownHooks } from './shutdown-hooks.ts';
import { PeriodicTask } from './periodic-task.ts';
import type { Storage } from './storage.ts';

const EVERY_MS = 60_000;

type Parts = {
  readonly alerts: Alerts;
  readonly raisedAlerts: RaisedAlerts;
  /** Undefined where nobody is to be mailed. */
  readonly alertMails: Pick<AlertMails, 'run'> | undefined;
  readonly storage: Pick<Storage, 'clock'>;
  readonly log: Log;
  readonly shutdownHooks: ShutdownHooks;
};

const store = async (raisedAlerts: RaisedAlerts, own: OpenAlerts): Promise<void> => {
  await raisedAlerts.look(own);
  await raisedAlerts.forget();
};

/**
 * Every minute one look serves both: what is the matter becomes a row, so that its age survives a restart, and the
 * operator is mailed of it. Whoever asks for alerts looks at once.
 */
export const lookAtAlerts = (parts: Parts): void => {
  const { alerts, raisedAlerts, alertMails, storage, log, shutdownHooks } = parts;
  alerts.add((tenantId) => raisedAlerts.storedOf(tenantId));
  const task = new PeriodicTask({
    everyMs: EVERY_MS,
    // That the clocks differ is stored and mailed too.
    follows: storage.clock,
    log,
    complaint: 'alerts could not be mailed; again soon',
    run: async (signal) => {
      const own = await alerts.raisedOfService('in-turn');
      await store(raisedAlerts, own).catch((error: unknown) => {
        log.warn({ error: describeError(error) }, 'alerts could not be stored; again soon');
      });
      await alertMails?.run(signal, own);
    },
  });
  task.start();
  shutdownHooks.add('alerts', () => task.stop());
};
