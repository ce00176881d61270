import { describeError } from '../observability/redaction.ts';
import { answerPings } from './answer-pings.ts';
import { Clock } from '../config/clock.ts';
import { bootService } from './boot-service.ts';
import type { RunningService } from './boot-service.ts';
import { followClock } from './follow-clock.ts';
import { sentenceOf } from './refusal-sentence.ts';
import type { ServiceDefinition } from './service-definition.ts';
import { guardAgainstStall } from './stall-guard.ts';

const GRACE_MS = 10_000;

const say = (sentence: string): void => {
  process.stderr.write(`${sentence}\n`);
};

/** Ends the process after a graceful stop, or after ten seconds, or at once when told twice. */
const stopper = (service: RunningService): ((why: string, code: number) => void) => {
  let stopping = false;
  return (why, code) => {
    if (stopping) process.exit(code === 0 ? 130 : code);
    stopping = true;
    service.log.info({ why }, 'service stopping');
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    void service.stop().then(() => process.exit(code));
  };
};

const watch = (service: RunningService): void => {
  const stop = stopper(service);
  const die = (why: string, error: unknown): void => {
    service.log.error({ why, error: describeError(error) }, 'service failed');
    stop(why, 1);
  };
  process.on('SIGTERM', () => stop('SIGTERM', 0));
  process.on('SIGINT', () => stop('SIGINT', 0));
  // Node's own report would print the error whole, and errors can quote personal data.
  process.on('uncaughtException', (error) => die('uncaught exception', error));
  process.on('unhandledRejection', (error) => die('unhandled rejection', error));
  void service.failed.then((error) => die('a part died', error));
};

/** The whole of a service's `main`: starts it as this process, and exits with 1 and one sentence when it cannot. */
export const runService = async (definition: ServiceDefinition): Promise<void> => {
  // The supervisor's channel keeps us: without it the embedded platform would leave orphans behind.
  const orphaned = () => process.exit(0);
  const isEmbedded = process.env['TACT_MODE'] === 'embedded' && process.send !== undefined;
  if (isEmbedded) process.once('disconnect', orphaned);
  if (process.send === undefined) guardAgainstStall();
  else answerPings();
  try {
    const service = await bootService(definition, { environment: process.env });
    watch(service);
    if (isEmbedded) {
      process.off('disconnect', orphaned);
      process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
      followClock(service.app.get(Clock));
    }
    process.send?.({ type: 'ready', port: service.port });
  } catch (error) {
    say(sentenceOf(error));
    process.exit(1);
  }
};
