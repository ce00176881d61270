import type { ParkedRecordsList, RedriveReport } from '@tact/contracts';
import type { ConsumerRunner } from '../consumer/consumer-runner.ts';
import type { Holding, ParkedKey } from '../consumer/parking.ts';

/** A consumer, or another part of the service that sets things aside for a person to look at. */
export type ParkedGroup = Pick<ConsumerRunner, 'group' | 'parkedKeys' | 'holding' | 'redrive'>;

/** Whether all that stands under a key is of one tenant, as far as it says so. */
export const isOf = ({ records, tenantIds }: Holding, tenantId: string): boolean =>
  records > 0 && tenantIds.length === 1 && tenantIds[0] === tenantId;

/** What the service's consumers set aside, for the operator who mends the cause and redrives by key. */
export class ParkedRecords {
  readonly #runners = new Map<string, ParkedGroup>();
  #areAllWatched = false;

  /** False while a part that sets things aside has not started: that none is listed says nothing then. */
  get areAllWatched(): boolean {
    return this.#areAllWatched;
  }

  /** Whatever the service has is watched from now on. */
  allWatched(): void {
    this.#areAllWatched = true;
  }

  watch(runner: ParkedGroup): void {
    this.#runners.set(runner.group, runner);
  }

  /** Whether a consumer of this service has that group. */
  has(group: string): boolean {
    return this.#runners.has(group);
  }

  /** What stands under a key; undefined: no consumer of this service has that group. */
  async holding(group: string, key: string): Promise<Holding | undefined> {
    return this.#runners.get(group)?.holding(key);
  }

  /** Everything that is set aside, the oldest first; of one tenant alone where one is given. */
  async list(tenantId?: string): Promise<ParkedRecordsList> {
    const all = await this.#keys();
    const keys = tenantId === undefined ? all : await this.#ofTenant(all, tenantId);
    const items = keys.map(({ group, topic, key, records, reason, detail, parkedAt }) => ({
      group,
      topic,
      key,
      records,
      reason,
      detail,
      parkedAt: parkedAt.toISOString(),
    }));
    return { items };
  }

  /** How many keys wait for a person, and since when the first of them; undefined when none does. */
  async ofPerson(): Promise<{ readonly count: number; readonly since: Date } | undefined> {
    const keys = (await this.#keys()).filter(({ goesOnAlone }) => goesOnAlone !== true);
    const [first] = keys;
    return first && { count: keys.length, since: first.parkedAt };
  }

  /** One group after the other: the look that is made every minute needs no more than one connection. */
  async #keys(): Promise<(ParkedKey & { readonly group: string })[]> {
    const keys: (ParkedKey & { readonly group: string })[] = [];
    for (const runner of this.#runners.values()) {
      const own = await runner.parkedKeys();
      keys.push(...own.map((key) => ({ group: runner.group, ...key })));
    }
    return keys.toSorted((one, other) => one.parkedAt.getTime() - other.parkedAt.getTime());
  }

  async #ofTenant<Key extends { readonly group: string; readonly key: string }>(
    keys: readonly Key[],
    tenantId: string,
  ): Promise<Key[]> {
    const own: Key[] = [];
    for (const key of keys) {
      const held = await this.holding(key.group, key.key);
      if (held !== undefined && isOf(held, tenantId)) own.push(key);
    }
    return own;
  }

  /** Undefined: no consumer of this service has that group. */
  async redrive(group: string, key: string): Promise<RedriveReport | undefined> {
    const runner = this.#runners.get(group);
    if (runner === undefined) return undefined;
    const { handled, left, defect } = await runner.redrive(key);
    return { handled, left, ...(defect === undefined ? {} : { reason: defect.reason }) };
  }
}
