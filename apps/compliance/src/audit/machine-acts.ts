import { createHash } from 'node:crypto';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import {
  Clock,
  EventStore,
  Log,
  PeriodicTask,
  performedAppend,
  type StreamAppend,
  tellMachineActs,
  Tenants,
} from '@tact/platform';

const EVERY_MS = 1_000;

/** The same for the same move, however often it is seen: by several processes, and after each start. */
const commandIdOf = (tenantId: string, advancedMs: number): string => {
  const hex = createHash('sha256').update(`clock ${tenantId} ${advancedMs}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/**
 * What is done to the platform without a call of anybody: a copy of all data or its return, a moved clock. Every tenant
 * hears of it, because it is done to what each of them has here.
 */
@Injectable()
export class MachineActs implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #task: PeriodicTask;
  #reportedMs = 0;

  constructor(
    private readonly store: EventStore,
    private readonly tenants: Tenants,
    private readonly clock: Clock,
    log: Log,
  ) {
    this.#task = new PeriodicTask({
      everyMs: EVERY_MS,
      run: () => this.tell(),
      log,
      follows: clock,
      complaint: 'what was done at the machine is not in the audit yet',
    });
  }

  /** Also what was done while nothing ran: a backup, its return, a clock that was moved then. */
  async onApplicationBootstrap(): Promise<void> {
    await this.tell();
    this.#task.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#task.stop();
  }

  async tell(): Promise<void> {
    const tenantIds = () => this.tenants.ids();
    await tellMachineActs(this.store, tenantIds);
    const { advancedMs } = this.clock;
    if (advancedMs === this.#reportedMs) return;
    const appends = (await tenantIds()).map((tenantId) => clockMoved(tenantId, advancedMs));
    await this.store.appendMany(appends);
    this.#reportedMs = advancedMs;
  }
}

/** How far ahead it is in all, as the platform itself says it. */
const clockMoved = (tenantId: string, advancedMs: number): StreamAppend => {
  const about = `${Math.floor(advancedMs / 1_000)} s ahead`;
  const actorId = 'system:machine';
  const append = performedAppend({ tenantId, act: 'clock-moved', about }, { actorId });
  return {
    ...append,
    context: { ...append.context, commandId: commandIdOf(tenantId, advancedMs) },
  };
};
