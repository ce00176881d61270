import type { ProjectionRebuild } from '@tact/contracts';

/** Brings every row over after a change that all of them must follow. The rebuilds of the read model do it. */
export abstract class Reassessments {
  /** Makes the change and starts, without waiting for the end; refuses while another rebuild runs. */
  abstract beginAfter(change: () => Promise<void>): Promise<ProjectionRebuild>;
}
