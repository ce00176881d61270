import { setTimeout as sleep } from 'node:timers/promises';
import { healthOn, type ServiceHealth } from '../../supervisor/service-health.ts';

const LOOK_EVERY_MS = 200;
const WAIT_MS_MAX = 180_000;
/** One quiet look may fall between two hops of a fact: an outbox just emptied, a consumer not yet told. */
const QUIET_LOOKS = 5;

/** Records that were accepted and not yet handled everywhere; what a service could not tell counts as one. */
export const behind = (healths: readonly (ServiceHealth | undefined)[]): number =>
  healths.reduce((sum, health) => {
    const { relay, consumers } = health ?? {};
    if (relay === undefined || consumers === undefined) return sum + 1;
    return sum + relay.depth + consumers.reduce((total, { lag }) => total + lag, 0);
  }, 0);

/** Resolves true when every outbox and every consumer has been empty for a while; false when it took too long. */
export const untilCaughtUp = async (
  servicePorts: () => readonly number[],
  { note, signal }: { note: (text: string) => void; signal: AbortSignal },
): Promise<boolean> => {
  const deadline = Date.now() + WAIT_MS_MAX;
  let quiet = 0;
  while (Date.now() < deadline) {
    const left = behind(await Promise.all(servicePorts().map(healthOn)));
    quiet = left === 0 ? quiet + 1 : 0;
    if (quiet >= QUIET_LOOKS) return true;
    note(left === 0 ? 'scoring has caught up' : `scoring catches up: ${left} records left`);
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
  return false;
};
