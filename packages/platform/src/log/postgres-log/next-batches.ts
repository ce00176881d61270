import type { Database } from '../../postgres/database.ts';
import type { Batch, Share } from './deliver.ts';
import { fetchAfter, type Reach } from './fetch.ts';
import { type HeldPartition, SMALL_BATCH } from './held-partition.ts';

/** The little that is new in many partitions is read at once; where one has more than that, a few are read further. */
const wide: Reach = { placesMax: 16, recordsMax: SMALL_BATCH, bytesMax: 512 * 1024 };
const deep = { recordsMax: 500, bytesMax: 8 * 1024 * 1024 } as const;

type Next = {
  /** As many as there are hands free. */
  readonly batches: readonly Batch[];
  /** Partitions whose next record is not there any more. */
  readonly gone: readonly HeldPartition[];
};

/** Of several partitions together: little enough to be handled long before it is taken for what hangs. */
const SHARED_RECORDS_MAX = 200;

/**
 * Few records of many partitions are one batch, and so one transaction; what is much, or failed before, is one of its
 * own. A transaction costs about the same for one record as for twenty.
 */
const batchesOf = (shares: readonly Share[]): Batch[] => {
  const alone: Batch[] = [];
  const shared: Batch[] = [];
  let records = 0;
  for (const share of shares) {
    const { length } = share.records;
    if (share.place.isApart || length >= SMALL_BATCH) {
      alone.push([share]);
      continue;
    }
    records += length;
    const last = records > SHARED_RECORDS_MAX ? undefined : shared.pop();
    if (last === undefined) records = length;
    shared.push(last === undefined ? [share] : [...last, share]);
  }
  return [...shared, ...alone];
};

/** Reads what follows in the partitions of a member. */
export class NextBatches {
  /** Some partition had more than a small batch at the last look. */
  #isBehind = false;

  constructor(
    private readonly database: Database,
    private readonly unread: readonly string[],
  ) {}

  async of(places: readonly HeldPartition[], free: number): Promise<Next> {
    const reach = this.#isBehind ? { ...deep, placesMax: free } : wide;
    const found = await fetchAfter(this.database, places, { reach, unread: this.unread });
    this.#isBehind = [...found.values()].some(({ length }) => length >= SMALL_BATCH);
    const shares = [...found]
      .map(([place, records]) => ({ place, records }))
      .filter(({ place }) => place.takesRecords);
    const isNext = ({ place, records: [first] }: Share) => Number(first?.offset) === place.next;
    return {
      batches: batchesOf(shares.filter(isNext)).slice(0, free),
      gone: shares.filter((share) => !isNext(share)).map(({ place }) => place),
    };
  }
}
