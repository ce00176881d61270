import { ReadUntil } from '../consumer/read-until.ts';
import type { PartitionLag } from '../log/port.ts';
import type { Queryable } from '../postgres/queryable.ts';
import { watermarkAges } from '../relay/watermarks.ts';

type LagOf = (group: string) => Promise<readonly PartitionLag[]> | undefined;

/** How far the service's own consumers are behind, for who must not decide on what is old. */
export class ConsumerLags {
  readonly #lagOf: LagOf;
  readonly #queryable: Queryable;

  constructor(lagOf: LagOf, queryable: Queryable) {
    this.#lagOf = lagOf;
    this.#queryable = queryable;
  }

  /** How far a group is in each partition; undefined while it has not started. Rejects while the log is away. */
  async of(group: string): Promise<readonly PartitionLag[] | undefined> {
    return this.#lagOf(group);
  }

  /** Up to when a group has read all that these services told; each of them has a watermark. */
  readUntil(group: string, sources: readonly string[]): ReadUntil {
    return new ReadUntil({
      lags: () => this.of(group),
      sourceAgesMs: () => watermarkAges(this.#queryable, sources),
    });
  }
}
