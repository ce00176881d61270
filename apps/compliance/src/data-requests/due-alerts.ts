import { Injectable } from '@nestjs/common';
import { HOUR_MS } from '@tact/contracts';
import { isClosed, type RequestState, warningAt, warningDays } from '@tact/domain';
import { Clock, Jobs, type Queryable, RaisedAlerts } from '@tact/platform';
import { watchDue } from './request-jobs.ts';
import type { Asked } from './request-stream.ts';

/** Rows of jobs are in clear, so what is due is looked at no earlier than the hour behind it. */
const hourBehind = (at: Date): Date => new Date(Math.ceil(at.getTime() / HOUR_MS) * HOUR_MS);

/** Tells people of what is due: an alert of its own at each threshold, while the request waits for its answer. */
@Injectable()
export class DueAlerts {
  constructor(
    private readonly alerts: RaisedAlerts,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /**
   * What is to be said now, and the next look. Also while it is paused, by the dates that stood then: who forgets a pause must
   * hear of it. Its days move the dates when it ends, and what was said too early is taken back.
   */
  async look(tx: Queryable, asked: Asked, state: RequestState): Promise<void> {
    if (isClosed[state.state]) return await this.settle(tx, asked);
    const { tenantId, requestId } = asked;
    const now = this.clock.now();
    const { days, nextAt } = warningAt(new Date(state.internalDue), now);
    await this.#settle(tx, asked, days);
    if (days !== undefined) {
      const matter = {
        tenantId,
        kind: 'data-request-due',
        about: aboutOf(requestId, days),
      } as const;
      await this.alerts.raise(tx, matter, { count: days, since: now });
    }
    if (nextAt === undefined) return;
    const { internalDue } = state;
    const next = { payload: { tenantId, requestId, internalDue }, runAt: hourBehind(nextAt) };
    await this.jobs.schedule(tx, watchDue, next);
  }

  /** Nobody need look any more. */
  settle(tx: Queryable, asked: Asked): Promise<void> {
    return this.#settle(tx, asked, undefined);
  }

  async #settle(
    tx: Queryable,
    { tenantId, requestId }: Asked,
    except: number | undefined,
  ): Promise<void> {
    const until = this.clock.now();
    for (const days of warningDays) {
      if (days === except) continue;
      const about = aboutOf(requestId, days);
      await this.alerts.resolve(tx, { tenantId, kind: 'data-request-due', about }, until);
    }
  }
}

/** A request is told of at each threshold anew. */
const aboutOf = (requestId: string, days: number): string => `${requestId} ${days}`;
