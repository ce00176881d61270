import { createLog } from '@tact/platform/observability';
import { originsFrom, readConfig } from './config.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { StartRefusal } from './refusals/start-refusal.ts';
import { onOrigins, type Supervised, type Whereabouts } from './operating/supervised.ts';

const DRAIN_MS = 10_000;

const sentenceOf = (error: unknown): string => {
  if (error instanceof StartRefusal) return error.message;
  return `The gateway did not start, by a defect: ${error instanceof Error ? error.message : 'unknown'}`;
};

/** Ends the process after a graceful stop; told twice, at once. */
const stopper = (gateway: Gateway, drainMs: number): (() => void) => {
  let stopping = false;
  return () => {
    if (stopping) process.exit(130);
    stopping = true;
    void gateway.stop(drainMs).then(() => process.exit(0));
  };
};

const watchSignals = (gateway: Gateway, supervised: Supervised | undefined): void => {
  const stop = stopper(gateway, supervised?.drainMs ?? DRAIN_MS);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // The supervisor's channel keeps us: without it the embedded platform would leave orphans behind.
  if (supervised !== undefined) process.once('disconnect', stop);
};

/** The whole of `main`: starts the gateway as this process, and exits with 1 and one sentence when it cannot. */
export const runGateway = async (): Promise<void> => {
  const { env } = process;
  // Before anything waits, because the supervisor says at once where the services are.
  const supervised = onOrigins();
  try {
    const config = readConfig(env);
    const { origins, mail }: Whereabouts =
      supervised === undefined ? { origins: originsFrom(env) } : await supervised.first;
    const log = createLog({ service: 'gateway', level: config.TACT_LOG_LEVEL });
    const gateway = await startGateway(config, log, supervised?.askClock);
    gateway.moveTo(origins, mail);
    supervised?.follow((moved) => gateway.moveTo(moved.origins, moved.mail));
    watchSignals(gateway, supervised);
    const { origin, port, operatorPort } = gateway;
    log.info({ origin, operatorPort }, 'gateway listens');
    process.send?.({ type: 'ready', port, origin });
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`);
    process.exit(1);
  }
};
