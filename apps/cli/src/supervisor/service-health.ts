import { z } from 'zod';

/** What a service says at `/health/ready`; a part that could not be read in time is absent. */
export const ServiceHealth = z.object({
  status: z.string(),
  checks: z.record(z.string(), z.string()).catch({}),
  reasons: z.record(z.string(), z.string()).catch({}),
  relay: z
    .object({ depth: z.number(), oldestAgeSeconds: z.number().nullable().default(null) })
    .optional()
    .catch(undefined),
  consumers: z
    .array(
      z.object({
        group: z.string(),
        lag: z.number(),
        parked: z.number(),
        behind: z.string().optional(),
      }),
    )
    .optional()
    .catch(undefined),
  jobs: z
    .array(
      z.object({
        kind: z.string(),
        waiting: z.number(),
        running: z.number(),
        parked: z.number(),
        oldestDueSeconds: z.number(),
      }),
    )
    .optional()
    .catch(undefined),
});
export type ServiceHealth = z.infer<typeof ServiceHealth>;

/** The answer of the service on this port of this machine, or undefined: it is silent. */
export const healthOn = async (port: number): Promise<ServiceHealth | undefined> => {
  try {
    const signal = AbortSignal.timeout(3_000);
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal });
    return ServiceHealth.safeParse(await answer.json()).data;
  } catch {
    // Silence is an answer here: the caller shows the service as down.
    return undefined;
  }
};
