import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DAY_MS, type ModelCard } from '@tact/contracts';
import { Clock, describeError, Log, ProblemError, type SessionLock } from '@tact/platform';
import { cardOf } from './model-cards.ts';
import { ModelRegistry } from './model-registry.ts';
import { type FitOrder, FitWork } from './fit-work.ts';
import { TooFewPeople } from './too-few-people.ts';

/** Fits of models: one at a time for a tenant over all instances, each in the process that was asked. */
@Injectable()
export class Fits implements OnApplicationShutdown {
  readonly #stopping = new AbortController();
  readonly #work = new Set<Promise<void>>();

  constructor(
    private readonly work: FitWork,
    private readonly registry: ModelRegistry,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort(new Error('the service stops'));
    await Promise.all(this.#work);
  }

  /** Starts a fit and does not wait for its end; whole UTC days, today's not included. */
  async begin(tenantId: string, { heldOutDays }: { heldOutDays: number }): Promise<ModelCard> {
    if (!(await this.work.isWorthIt(tenantId))) {
      throw new ProblemError('unprocessable', { detail: new TooFewPeople().message });
    }
    const lock = await this.registry.lock(tenantId);
    if (lock === undefined) {
      const detail = 'A fit is running: ask again when it has ended.';
      throw new ProblemError('already-running', { detail, retryAfterSeconds: 5 });
    }
    try {
      const live = await this.registry.live(tenantId);
      const version = await this.registry.open(tenantId);
      const until = Math.floor(this.clock.now().getTime() / DAY_MS) * DAY_MS;
      const window = { splitAt: until - heldOutDays * DAY_MS, until };
      const { signal } = this.#stopping;
      this.#follow(this.#run({ tenantId, version, window, live, signal }, lock));
      const row = await this.registry.find(tenantId, version);
      if (!row) throw new Error(`model ${version} was opened and is not there`);
      return cardOf(row);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  #follow(run: Promise<void>): void {
    const work = run.finally(() => this.#work.delete(work));
    this.#work.add(work);
  }

  /** Never rejects: how it ended is in the registry. */
  async #run(order: FitOrder, lock: SessionLock): Promise<void> {
    const { tenantId, version } = order;
    try {
      const fitted = await this.work.run(order);
      await this.registry.finish(tenantId, version, fitted);
      const { rounds, window } = fitted.report;
      this.log.info({ version, rounds, contacts: window.contacts }, 'model fitted');
    } catch (error) {
      const isFew = error instanceof TooFewPeople;
      if (!isFew) this.log.error({ version, error: describeError(error) }, 'fit failed');
      const why = isFew ? error.message : 'It broke on our side, or the service stopped.';
      await this.registry.fail(tenantId, version, why).catch(() => undefined);
    } finally {
      await lock.release().catch(() => undefined);
    }
  }
}
