import { serviceNames } from '@tact/contracts';
import { z } from 'zod';
import { readJson, writePrivate, type Home } from './home.ts';
import { ProcessIdentity } from './process-identity.ts';

const ProcessRun = z.object({
  state: z.enum(['starting', 'ready', 'waiting', 'stopped']),
  process: ProcessIdentity.optional(),
  port: z.int().optional(),
  restarts: z.int(),
});
export type ProcessRun = z.infer<typeof ProcessRun>;

/** `.tact/run.json`: what runs now, for `tact status` and for the start after a `kill -9`. It holds no secret. */
export const RunFile = z.object({
  supervisor: ProcessIdentity,
  origin: z.string(),
  startedAt: z.string(),
  database: z.enum(['embedded', 'external']),
  messageLog: z.enum(['postgres', 'kafka']),
  /** PostgreSQL and Kafka when they are ours; they outlive a supervisor that was killed. */
  stores: z.array(
    z.object({ name: z.string(), process: ProcessIdentity, restarts: z.int().default(0) }),
  ),
  gateway: ProcessRun.optional(),
  /** The mail sink; none where the environment names an SMTP server. */
  mail: ProcessRun.optional(),
  services: z.array(ProcessRun.extend({ service: z.enum(serviceNames) })),
});
export type RunFile = z.infer<typeof RunFile>;
export type ServiceRun = RunFile['services'][number];

export const readRunFile = (home: Home): RunFile | undefined =>
  RunFile.safeParse(readJson(home.run)).data;

export const writeRunFile = (home: Home, run: RunFile): void =>
  writePrivate(home.run, `${JSON.stringify(run, undefined, 2)}\n`);
