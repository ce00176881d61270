import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import {
  Clock,
  ConsumerLags,
  Database,
  Health,
  Metrics,
  ProblemError,
  ServiceConfig,
} from '@tact/platform';
import type { ConsentGateSettings } from './settings.ts';

type Place = { readonly topic: string; readonly partition: number };
const placeOf = ({ topic, partition }: Place): string => `${topic}:${partition}`;

/** A restart takes the picture for older than it is by this part, at most, of the age that makes it stale. */
const STORED_EVERY_PART = 1 / 30;

/** The consumer group that keeps the gate; the gate is as fresh as this group was last seen to have read all. */
export const gateGroup = 'ingestion.consent-gate';

/**
 * Knows how old the gate's picture of consents may be. Older than the limit, nobody is admitted and everybody is
 * asked to come again: a withdrawal that has not been heard of must not be overrun, and WhatsApp repeats its
 * webhooks for days. The instant is kept, so that a restart does not take an old picture for a new one.
 */
@Injectable()
export class GateStaleness implements OnApplicationBootstrap, OnApplicationShutdown {
  #freshAt: number | undefined;
  /** Where the log ended at an earlier look, which is to be read up to there. */
  #goal: { readonly at: Date; readonly ends: ReadonlyMap<string, number> } | undefined;
  #storedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly lags: ConsumerLags,
    private readonly clock: Clock,
    private readonly config: ServiceConfig<ConsentGateSettings>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const [row] = await this.database.queryable.query<{ freshAt: Date }>(
      `INSERT INTO gate_freshness AS known (fresh_at) VALUES ($1)
       ON CONFLICT (one) DO UPDATE SET fresh_at = known.fresh_at RETURNING fresh_at AS "freshAt"`,
      [this.clock.now()],
    );
    this.#freshAt = row?.freshAt.getTime();
    const everyMs = this.config.values.GATE_LOOK_SECONDS * 1000;
    this.#timer = setInterval(() => {
      this.#look ??= this.look().finally(() => {
        this.#look = undefined;
      });
    }, everyMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#look;
  }

  /** Seconds since the gate was last known to be complete. */
  get ageSeconds(): number {
    if (this.#freshAt === undefined) return Infinity;
    return Math.max(0, (this.clock.now().getTime() - this.#freshAt) / 1000);
  }

  get isStale(): boolean {
    return this.ageSeconds > this.config.values.GATE_STALE_SECONDS;
  }

  /** Refuses with 503 while the gate is too old to be asked, for everybody alike. */
  assertFresh(): void {
    if (this.isStale) throw new ProblemError('unavailable', { retryAfterSeconds: 30 });
  }

  /**
   * One look: the picture is of the instant at which the log ended where all is read by now. A log that is always
   * busy is never read to its end, and need not be.
   */
  async look(): Promise<void> {
    const at = this.clock.now();
    // A log that is away answers nothing: the picture only gets older.
    const partitions = await this.lags.of(gateGroup).catch(() => undefined);
    if (partitions === undefined) return;
    const now = { at, ends: new Map(partitions.map((one) => [placeOf(one), one.end])) };
    const isRead = (ends: ReadonlyMap<string, number>) =>
      partitions.every((one) => one.committed >= (ends.get(placeOf(one)) ?? one.end));
    const reached = [now, this.#goal].find((goal) => goal !== undefined && isRead(goal.ends));
    // A goal that is not reached yet stays: a later one would be as far away at the next look.
    if (reached !== undefined || this.#goal === undefined) this.#goal = now;
    if (reached !== undefined) await this.#keepFreshAt(reached.at);
  }

  async #keepFreshAt(at: Date): Promise<void> {
    this.#freshAt = Math.max(this.#freshAt ?? 0, at.getTime());
    const everyMs = this.config.values.GATE_STALE_SECONDS * 1000 * STORED_EVERY_PART;
    if (this.#freshAt - this.#storedAt < everyMs) return;
    this.#storedAt = this.#freshAt;
    await this.database.queryable
      .query('UPDATE gate_freshness SET fresh_at = greatest(fresh_at, $1)', [at])
      .catch(() => undefined);
  }
}

/** Shows operators how old the gate is. */
@Injectable()
export class GateWatch implements OnApplicationBootstrap {
  constructor(
    private readonly freshness: GateStaleness,
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    const { freshness } = this;
    this.health.add({
      name: 'consent-gate',
      required: false,
      check: () =>
        freshness.isStale ? Promise.reject(new Error('the gate is stale')) : Promise.resolve(),
    });
    this.metrics.gauge(
      'tact_consent_gate_age_seconds',
      'Seconds since the consent gate was last known to be up to date.',
      async (gauge) => gauge.set(freshness.ageSeconds),
    );
  }
}
