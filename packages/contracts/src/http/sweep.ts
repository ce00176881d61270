import { z } from 'zod';
import { plainText } from '../personal.ts';
import { Needle } from './needle.ts';

export const SWEPT_NEEDLES_MAX = 5000;
const Needles = z.array(Needle).min(1).max(SWEPT_NEEDLES_MAX);

export const SweptKind = z.enum(['table', 'topic']);
export type SweptKind = z.infer<typeof SweptKind>;

/** `GET /v1/operations/sweep` on a service's own port: what it would look through. */
export const SweepPlaces = z.object({
  /** The same for services that share the database, or the log: it is looked through once then. */
  database: plainText(200),
  log: plainText(200),
  places: z.array(z.object({ kind: SweptKind, name: plainText(200) })),
});
export type SweepPlaces = z.infer<typeof SweepPlaces>;

/** `POST /v1/operations/sweep`: looks for needles; they are kept nowhere and logged nowhere. */
export const SweepRequest = z.strictObject({
  needles: Needles,
  kinds: z.array(SweptKind).min(1),
  /** Only the places of these names; all of the kinds when absent. */
  names: z.array(plainText(200)).optional(),
  /** Where the answer before this one stopped. */
  cursor: z.string().min(1).max(400).optional(),
});
export type SweepRequest = z.infer<typeof SweepRequest>;

/** Some seconds' worth of places; `nextCursor` where there are more. A needle is told by its number in the request. */
export const SweepReport = z.object({
  places: z.array(
    z.object({
      kind: SweptKind,
      name: plainText(200),
      /** Rows or records. */
      items: z.int(),
      bytes: z.int(),
      /** This service may not read it, so nothing can be said of it. */
      unreadable: z.boolean().optional(),
      hits: z.array(
        z.object({
          /** The column, or the key, the headers or the value of a record. */
          part: plainText(200),
          needle: z.int(),
          variant: plainText(80),
          count: z.int(),
        }),
      ),
    }),
  ),
  /** Places that are through, and how many there are. */
  done: z.int(),
  total: z.int(),
  nextCursor: z.string().optional(),
});
export type SweepReport = z.infer<typeof SweepReport>;

/** `POST /v1/operations/sweep/canaries`: plants an invented person in a table and a topic made for it. */
export const PlantCanary = z.strictObject({ needles: Needles });
export type PlantCanary = z.infer<typeof PlantCanary>;

const canaryId = /^\d{10}-[0-9a-f]{12}$/;
export const CanaryId = z.string().regex(canaryId).meta({ personal: false });

/** `DELETE /v1/operations/sweep/canaries/{canaryId}` removes both. */
export const PlantedCanary = z.object({
  canaryId: CanaryId,
  table: plainText(200),
  topic: plainText(200),
});
export type PlantedCanary = z.infer<typeof PlantedCanary>;
