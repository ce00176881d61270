import type { RaisedAlerts } from '../alerts/raised-alerts.ts';
import type { Alerts } from '../observability/alerts.ts';
import type { Log } from '../observability/logger.ts';
import type { Closers } from './closers.ts';
import { Rounds } from './rounds.ts';

const everyMs = 60_000;

type Parts = {
  readonly alerts: Alerts;
  readonly raisedAlerts: RaisedAlerts;
  readonly log: Log;
  readonly closers: Closers;
};

/** Every minute, and whenever somebody asks: what is the matter becomes a row, so that its age survives a restart. */
export const lookAtAlerts = ({ alerts, raisedAlerts, log, closers }: Parts): void => {
  alerts.add((tenantId) => raisedAlerts.ofTenant(tenantId));
  const rounds = new Rounds({
    ...{ everyMs, log, complaint: 'alerts could not be stored; again soon' },
    round: async () => {
      await raisedAlerts.look();
      await raisedAlerts.forget();
    },
  });
  rounds.start();
  closers.add('alerts', () => rounds.stop());
};
