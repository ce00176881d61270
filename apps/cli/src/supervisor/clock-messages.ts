import { z } from 'zod';
import type { Clocked, PlatformClock } from './platform-clock.ts';

const Moved = z.object({ type: z.literal('clock'), advancedMs: z.number() });
const Asked = z.object({ type: z.literal('advance-clock'), id: z.int(), byMs: z.int().min(0) });

/** A service says that its clock has moved. */
export const receivedClock = (clock: PlatformClock, from: Clocked, message: unknown): void => {
  const moved = Moved.safeParse(message).data;
  if (moved !== undefined) clock.received(from, moved.advancedMs);
};

/** The gateway passes on what a person at this machine asks of the clock, and is answered in any case. */
export const answerClock = async (
  clock: PlatformClock,
  message: unknown,
  tell: (answer: object) => void,
): Promise<void> => {
  const asked = Asked.safeParse(message).data;
  if (asked === undefined) return;
  const { id, byMs } = asked;
  try {
    tell({ type: 'clock-now', id, clock: byMs === 0 ? clock.now : await clock.advance(byMs) });
  } catch {
    // Beyond its bounds, or not to be written down: nothing was moved, and the answer says so by saying nothing.
    tell({ type: 'clock-now', id });
  }
};
