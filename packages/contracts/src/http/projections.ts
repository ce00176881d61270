import { z } from 'zod';
import { RebuildId } from '../ids.ts';
import { plainText, utcTime } from '../personal.ts';

/** Read models that can be built anew. */
export const ProjectionName = z.enum(['block-likelihood']).meta({ description: 'A read model.' });
export type ProjectionName = z.infer<typeof ProjectionName>;

/** `GET /v1/projections/{name}/rebuilds/{rebuildId}`: a read model built anew beside the live one. */
export const ProjectionRebuild = z.object({
  rebuildId: RebuildId,
  projection: ProjectionName,
  /** `interrupted`: the process that built it ended; the live read model was not touched. */
  state: z.enum(['running', 'swapped', 'failed', 'interrupted']),
  contacts: z.object({ done: z.int(), total: z.int() }),
  startedAt: utcTime(),
  finishedAt: utcTime().optional(),
  /** Expected end, at the rate so far. */
  expectedAt: utcTime().optional(),
  /** Live and new rows compared by checksum at the same instant, before the swap. */
  comparison: z.object({ liveRows: z.int(), newRows: z.int(), same: z.boolean() }).optional(),
});
export type ProjectionRebuild = z.infer<typeof ProjectionRebuild>;

/** `GET /v1/projections`. */
export const ProjectionList = z.object({
  items: z.array(
    z.object({
      name: ProjectionName,
      modelVersion: plainText(64),
      /** Facts taken in, as `asOf.position` of every read. */
      position: z.int(),
      /** Records on the log that are not taken in yet. */
      lag: z.int(),
      contacts: z.int(),
      /** Contacts assessed by another model version: a rebuild brings them up to date. */
      outdatedContacts: z.int(),
      latestRebuild: ProjectionRebuild.optional(),
    }),
  ),
});
export type ProjectionList = z.infer<typeof ProjectionList>;
