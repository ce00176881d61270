import { DevClock, serviceNames } from '@tact/contracts';
import { z } from 'zod';
import type { Origins } from '../config.ts';
import type { AskClock } from '../pages/dev-clock.ts';

/** What the supervisor says, at once and whenever a service has another address. */
const OriginsMessage = z.object({
  type: z.literal('origins'),
  origins: z.partialRecord(z.enum(serviceNames), z.url({ protocol: /^http$/ })),
  /** Where the mail sink shows its mails. */
  mail: z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ }).optional(),
});

export type Whereabouts = { readonly origins: Origins; readonly mail?: string | undefined };

const ClockMessage = z.object({
  type: z.literal('clock-now'),
  id: z.int(),
  /** Absent when it was not moved. */
  clock: DevClock.optional(),
});

const CLOCK_MS_MAX = 8_000;

/** Questions to the launcher about the clock, and their answers, in whatever order they come. */
const clockDesk = () => {
  const waiting = new Map<number, (clock: DevClock | undefined) => void>();
  let asked = 0;
  const ask: AskClock = (byMs) =>
    new Promise((resolve) => {
      asked += 1;
      const id = asked;
      const late = setTimeout(() => waiting.get(id)?.(undefined), CLOCK_MS_MAX);
      waiting.set(id, (clock) => {
        clearTimeout(late);
        waiting.delete(id);
        resolve(clock);
      });
      process.send?.({ type: 'advance-clock', id, byMs }, () => undefined);
    });
  const receive = (message: unknown): void => {
    const parsed = ClockMessage.safeParse(message).data;
    if (parsed !== undefined) waiting.get(parsed.id)?.(parsed.clock);
  };
  return { ask, receive };
};

export type Supervised = {
  readonly askClock: AskClock;
  /** Time to end what runs, in ms; the supervisor waits that long and a little more. */
  readonly drainMs: number;
  readonly first: Promise<Whereabouts>;
  follow(moved: (parsed: Whereabouts) => void): void;
};

const SUPERVISED_DRAIN_MS = 3_000;

/** The supervisor's message on where the services are, or undefined: nobody supervises this process. */
export const onOrigins = (): Supervised | undefined => {
  if (process.send === undefined || process.env['TACT_MODE'] !== 'embedded') return undefined;
  const orphaned = (): void => process.exit(0);
  process.once('disconnect', orphaned);
  const clock = clockDesk();
  const first = Promise.withResolvers<Whereabouts>();
  let moved: (parsed: Whereabouts) => void = first.resolve;
  process.on('message', (message: { readonly type?: unknown } | null) => {
    // From the event loop: who cannot answer is frozen, and started again.
    if (message?.type === 'ping') process.send?.({ type: 'pong' }, () => undefined);
    clock.receive(message);
    const parsed = OriginsMessage.safeParse(message).data;
    if (parsed !== undefined) moved(parsed);
  });
  return {
    drainMs: SUPERVISED_DRAIN_MS,
    first: first.promise,
    askClock: clock.ask,
    follow: (next) => {
      process.off('disconnect', orphaned);
      moved = next;
    },
  };
};
