import type { PartitionLag } from '../log/port.ts';

/** How far the service's own consumers are behind, for who must not decide on what is old. */
export class ConsumerLags {
  readonly #lagOf: (group: string) => Promise<readonly PartitionLag[]> | undefined;

  constructor(lagOf: (group: string) => Promise<readonly PartitionLag[]> | undefined) {
    this.#lagOf = lagOf;
  }

  /** How far a group is in each partition; undefined while it has not started. Rejects while the log is away. */
  async of(group: string): Promise<readonly PartitionLag[] | undefined> {
    return this.#lagOf(group);
  }
}
