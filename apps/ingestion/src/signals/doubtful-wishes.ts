import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DAY_MS, HOUR_MS } from '@tact/contracts';
import { Clock, Database, Log, PeriodicTask, RaisedAlerts } from '@tact/platform';
import type { AttributedSignal, Recorded } from './attributed-signal.ts';

const kind = 'doubtful-wish';
const EVERY_MS = 10 * 60_000;
/** As long as a person may take to look; then the alert closes itself, and what was stopped stays stopped. */
const OPEN_MS = 7 * DAY_MS;

/** Whether marketing stopped though it was in doubt what was asked; told again it is no new matter. */
const isDoubtful = ({ signal }: AttributedSignal, result: Recorded | undefined): boolean =>
  signal.inboundType === 'doubtful-stop-word' &&
  (result === 'recorded' || result === 'consent-missing');

/** How many of these facts wish something that is in doubt. */
export const doubtsAmong = (
  facts: readonly AttributedSignal[],
  results: readonly Recorded[],
): number => facts.filter((fact, nth) => isDoubtful(fact, results[nth])).length;

/**
 * Where it is in doubt whether a person asked to be left alone, marketing stops and a human looks. Counted by the hour,
 * numbers only: whose words they were stands in the person's own timeline.
 */
@Injectable()
export class DoubtfulWishes implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #task: PeriodicTask;

  constructor(
    private readonly database: Database,
    private readonly alerts: RaisedAlerts,
    private readonly clock: Clock,
    log: Log,
  ) {
    this.#task = new PeriodicTask({
      everyMs: EVERY_MS,
      clock,
      log,
      complaint: 'doubtful wishes could not be looked after',
      run: () => this.look(clock.now()),
    });
  }

  onApplicationBootstrap(): void {
    this.#task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.#task.stop();
  }

  /** Raises the tenant's alert for so many more. Without doubts it costs nothing. */
  async add(tenantId: string, wishes: number): Promise<void> {
    if (wishes === 0) return;
    const now = this.clock.now();
    const hour = new Date(now.getTime() - (now.getTime() % HOUR_MS));
    await this.alerts.within(async (tx) => {
      await tx.query(
        `INSERT INTO doubtful_wishes AS known (tenant_id, hour, wishes) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id, hour) DO UPDATE SET wishes = known.wishes + excluded.wishes`,
        [tenantId, hour, wishes],
      );
      const [row] = await tx.query<{ count: number }>(
        `SELECT sum(wishes)::int AS count FROM doubtful_wishes WHERE tenant_id = $1 AND hour > $2`,
        [tenantId, new Date(now.getTime() - OPEN_MS)],
      );
      await this.alerts.raise(tx, { tenantId, kind }, { count: row?.count ?? wishes, since: now });
    });
  }

  /** Closes the alerts of tenants of whom none was heard for days, and forgets the counts. */
  async look(now: Date): Promise<void> {
    const before = new Date(now.getTime() - OPEN_MS);
    const over = await this.database.queryable.query<{ tenantId: string }>(
      `SELECT tenant_id AS "tenantId" FROM doubtful_wishes
       GROUP BY tenant_id HAVING max(hour) <= $1`,
      [before],
    );
    for (const { tenantId } of over) {
      await this.alerts.within(async (tx) => {
        await this.alerts.resolve(tx, { tenantId, kind }, now);
        await tx.query('DELETE FROM doubtful_wishes WHERE tenant_id = $1 AND hour <= $2', [
          tenantId,
          before,
        ]);
      });
    }
  }
}
