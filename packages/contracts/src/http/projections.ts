import { z } from 'zod';
import { RebuildId } from '../ids.ts';
import { plainText, utcTime } from '../personal.ts';

export const ProjectionName = z
  .string()
  .regex(/^[a-z][a-z0-9.-]{0,79}$/)
  .meta({
    personal: false,
    description: 'A read model of the service, or the group that keeps one.',
  });
export type ProjectionName = z.infer<typeof ProjectionName>;

/** `GET /v1/projections/{name}/rebuilds/{rebuildId}`: a read model built anew beside the live one. */
export const ProjectionRebuild = z.object({
  rebuildId: RebuildId,
  projection: ProjectionName,
  /**
   * `interrupted`: the process that built it ended; the live read model was not touched. One that is made of events
   * goes on where it was when the service starts again. `superseded`: another version of the code took its place.
   */
  state: z.enum(['running', 'swapped', 'failed', 'interrupted', 'superseded']),
  /** What is read anew: the events of the service, or the facts of its contacts. */
  progress: z.object({ of: z.enum(['events', 'contacts']), done: z.int(), total: z.int() }),
  startedAt: utcTime(),
  finishedAt: utcTime().optional(),
  /** Expected end, at the rate so far. */
  expectedAt: utcTime().optional(),
  /**
   * Live and new rows compared by checksum at the same instant, before the swap. Absent where the live ones were of
   * another version: they were not to be the same.
   */
  comparison: z.object({ liveRows: z.int(), newRows: z.int(), same: z.boolean() }).optional(),
});
export type ProjectionRebuild = z.infer<typeof ProjectionRebuild>;

/** How far a read model is, and whether it can be built anew. */
export const ProjectionSummary = z.object({
  name: ProjectionName,
  /** What it is made of: the service's own events, the facts it keeps, or what others publish on the log. */
  source: z.enum(['events', 'facts', 'log']),
  /** Of the code that makes its rows. */
  version: z.int().optional(),
  modelVersion: plainText(64).optional(),
  /**
   * `outdated`: its rows are of an earlier version, stand still and answer until those of a rebuild are swapped in.
   * `newer`: a later release made them, and this one leaves them alone.
   */
  state: z.enum(['current', 'rebuilding', 'interrupted', 'outdated', 'newer']),
  /** What was taken in, as `asOf.position` of every read. */
  position: z.int().optional(),
  /** Events or records that are not taken in yet; absent while the log does not answer. */
  lag: z.int().optional(),
  rebuildable: z.boolean(),
  /** Why it cannot be built anew. */
  whyNot: plainText(300).optional(),
  contacts: z.int().optional(),
  /** Contacts assessed by another model version: a rebuild brings them up to date. */
  outdatedContacts: z.int().optional(),
  latestRebuild: ProjectionRebuild.optional(),
});
export type ProjectionSummary = z.infer<typeof ProjectionSummary>;

/** `GET /v1/projections`. */
export const ProjectionList = z.object({ items: z.array(ProjectionSummary) });
export type ProjectionList = z.infer<typeof ProjectionList>;
