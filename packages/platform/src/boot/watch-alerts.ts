import type { Alert } from '@tact/contracts';
import type { Alerts } from '../observability/alerts.ts';
import type { Relay } from '../relay/relay.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { ParkedRecords } from './parked-records.ts';

/** Longer than a broker needs to be started again: what waits for so long waits for a person. */
const stalledMs = 5 * 60_000;

type Watched = {
  readonly heartbeat: Heartbeat;
  readonly parkedRecords: ParkedRecords;
  readonly relay: Pick<Relay, 'outbox'>;
};

type Matter = Pick<Alert, 'kind' | 'count' | 'what' | 'todo'> & { readonly since: Date };

const alertOf = ({ since, ...matter }: Matter): Alert => ({
  ...{ ...matter, state: 'open', since: since.toISOString() },
});

/** What is the service's own matter is looked at when it is asked for: on a full disk no alert could be written. */
export const watchAlerts = (alerts: Alerts, { heartbeat, parkedRecords, relay }: Watched): void => {
  alerts.add(async () => {
    const { items } = await parkedRecords.list();
    const [oldest] = items;
    if (oldest === undefined) return [];
    return [
      alertOf({
        ...{ kind: 'keys-parked', count: items.length, since: new Date(oldest.parkedAt) },
        what: 'Records were set aside with all that follow of their keys.',
        todo: 'tact parked shows them and why; mend the cause, then tact redrive.',
      }),
    ];
  });
  alerts.add(async () => {
    const { failing, skewed } = await heartbeat.matters();
    return [
      ...(failing === undefined
        ? []
        : [
            alertOf({
              ...{ kind: 'not-storing', count: 1, since: failing.since },
              what: `Nothing can be stored: ${failing.reason}.`,
              todo: 'Make room on the disk of the database, or mend its connection; it heals by itself.',
            }),
          ]),
      ...(skewed === undefined
        ? []
        : [
            alertOf({
              ...{ kind: 'clock-skew', count: skewed.seconds, since: skewed.since },
              what: 'The clocks of this machine and of the database differ, by so many seconds.',
              todo: 'Synchronise both with the time of the internet (NTP).',
            }),
          ]),
    ];
  });
  alerts.add(async () => {
    const { depth, oldestAgeMs } = await relay.outbox();
    if (depth === 0 || oldestAgeMs < stalledMs) return [];
    return [
      alertOf({
        ...{ kind: 'relay-stalled', count: depth, since: new Date(Date.now() - oldestAgeMs) },
        what: 'Events wait to be published, and webhooks go on being stored.',
        todo: 'Start the message log again, or mend its connection; it catches up by itself.',
      }),
    ];
  });
};
