import type { PartitionLag } from '../log/port.ts';
import type { UpkeepTrouble } from '../projection/upkeep.ts';

/** Something that works in the background for the service. */
export type BackgroundWorker = {
  readonly name: string;
  /** Records or events not handled yet. */
  lag(): Promise<number>;
  /** The same by partition; a projection reads no partitions. */
  partitions?(): Promise<readonly PartitionLag[]>;
  /** Of a consumer that missed what is gone from the log: what is gone, and what to do. */
  readonly standsStill?: string | undefined;
  /** Records set aside because they could not be handled, and those that wait behind them. */
  parked(): Promise<number>;
  /** Why a person must look at it, where that is so. */
  trouble?(): Promise<UpkeepTrouble | undefined>;
  stop(): Promise<void>;
  /** Resolves with the reason when it died for good. */
  readonly died: Promise<Error>;
};
