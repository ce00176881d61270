import type { ParkedRecordsList, RedriveReport } from '@tact/contracts';
import type { ConsumerRunner } from '../consumer/consumer-runner.ts';

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

  async list(): Promise<ParkedRecordsList> {
    const perGroup = await Promise.all(
      [...this.#runners.values()].map(async (runner) => {
        const keys = await runner.parkedKeys();
        return keys.map(({ parkedAt, ...key }) => ({
          group: runner.group,
          ...key,
          parkedAt: parkedAt.toISOString(),
        }));
      }),
    );
    const items = perGroup
      .flat()
      .toSorted((one, other) => one.parkedAt.localeCompare(other.parkedAt));
    return { items };
  }

  /** Undefined: no consumer of this service has that group. */
  async redrive(group: string, key: string): Promise<RedriveReport | undefined> {
    const runner = this.#runners.get(group);
    if (runner === undefined) return undefined;
    const { handled, left, defect } = await runner.redrive(key);
    return { handled, left, ...(defect === undefined ? {} : { reason: defect.reason }) };
  }
}
