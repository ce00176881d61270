import { DAY_MS, HOUR_MS, MINUTE_MS } from '@tact/contracts';
import { alertOf } from '../alerts/alert-view.ts';
import type { BehindConsumers } from '../consumer/behind-consumers.ts';
import type { Clock } from '../config/clock.ts';
import type { Alerts } from '../observability/alerts.ts';
import type { UpkeepTrouble } from '../projection/upkeep.ts';
import type { OpenMails } from '../mail-outbox/outgoing-mails.ts';
import type { Relay } from '../relay/relay.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { ParkedRecords } from './parked-records.ts';

/** Longer than a broker needs to be started again: what waits for so long waits for a person. */
const STALLED_MS = 5 * 60_000;
/** Longer than a server needs to be started again. */
const MAIL_SERVER_AWAY_MS = 10 * MINUTE_MS;
/** A mail server is away for longer now and then, and nobody needs to know. */
const MAILS_STALLED_MS = HOUR_MS;
/** As long as whoever looks once a week needs: nothing settles what was given up. */
const MAILS_GIVEN_UP_MS = 7 * DAY_MS;

type Watched = {
  readonly heartbeat: Heartbeat;
  readonly parkedRecords: ParkedRecords;
  readonly behind: Pick<BehindConsumers, 'all'>;
  readonly relay: Pick<Relay, 'outbox'>;
  /** What is the matter with the read models. */
  readonly troubles: () => Promise<readonly UpkeepTrouble[]>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly mails: Pick<OpenMails, 'uncertain' | 'stalled' | 'away' | 'givenUp'>;
};

/** What is the service's own matter is looked at when it is asked for: on a full disk no alert could be written. */
export const watchAlerts = (
  alerts: Alerts,
  { heartbeat, parkedRecords, behind, relay, troubles, clock, mails }: Watched,
): void => {
  alerts.addOfService(async () => {
    // While the log is away after a start, the alert of before is still open.
    if (!parkedRecords.areAllWatched) throw new Error('not every consumer has started');
    const parked = await parkedRecords.ofPerson();
    return parked === undefined ? [] : [alertOf('keys-parked', parked)];
  });
  alerts.addOfService(async () => {
    const { failing, skewed } = await heartbeat.matters();
    return [
      ...(failing === undefined
        ? []
        : [alertOf('not-storing', { count: 1, about: failing.reason, since: failing.since })]),
      ...(skewed === undefined
        ? []
        : [alertOf('clock-skew', { count: skewed.seconds, since: skewed.since })]),
    ];
  });
  alerts.addOfService(() =>
    Promise.resolve(
      behind.all.map(({ group, since }) =>
        alertOf('consumer-behind', { about: group, count: 1, since }),
      ),
    ),
  );
  alerts.addOfService(async () => {
    const { depth, oldestAgeMs } = await relay.outbox();
    if (depth === 0 || oldestAgeMs < STALLED_MS) return [];
    return [
      alertOf('relay-stalled', { count: depth, since: new Date(clock.nowMs() - oldestAgeMs) }),
    ];
  });
  alerts.addOfService(() => mailAlerts(mails, clock.nowMs()));
  alerts.addOfService(async () =>
    (await troubles()).map(({ what, projection, since }) =>
      alertOf(what, { about: projection, count: 1, since }),
    ),
  );
};

const mailAlerts = async (mails: Watched['mails'], nowMs: number) => {
  const found = {
    'mail-server-away': await mails.away(new Date(nowMs - MAIL_SERVER_AWAY_MS)),
    'mails-uncertain': await mails.uncertain(),
    'mails-stalled': await mails.stalled(new Date(nowMs - MAILS_STALLED_MS)),
    'mails-given-up': await mails.givenUp(new Date(nowMs - MAILS_GIVEN_UP_MS)),
  } as const;
  return Object.entries(found).flatMap(([kind, several]) =>
    several === undefined
      ? []
      : [alertOf(kind as keyof typeof found, { count: several.mails, since: several.since })],
  );
};
