import type { ParkedRecordsList, RedriveReport } from '@tact/contracts';
import type { ConsumerRunner } from '../consumer/consumer-runner.ts';
import type { ParkedKey } from '../consumer/parking.ts';

/** A consumer, or another part of the service that sets things aside for a person to look at. */
export type ParkedGroup = Pick<ConsumerRunner, 'group' | 'parkedKeys' | 'redrive'>;

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

  /** Everything that is set aside, the oldest first. */
  async list(): Promise<ParkedRecordsList> {
    const keys = await this.#keys();
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

  /** Undefined: no consumer of this service has that group. */
  async redrive(group: string, key: string): Promise<RedriveReport | undefined> {
    const runner = this.#runners.get(group);
    if (runner === undefined) return undefined;
    const { handled, left, defect } = await runner.redrive(key);
    return { handled, left, ...(defect === undefined ? {} : { reason: defect.reason }) };
  }
}
