import type { Clock } from '../config/clock.ts';

type Reported = { readonly type?: unknown; readonly advancedMs?: unknown } | null;

/**
 * The launcher of the embedded platform moves the clock of all its services over the channel it started them with:
 * nobody else has that channel, and without it no clock is moved. It is answered when this process has moved.
 */
export const followClock = (clock: Clock): void => {
  process.on('message', (message: Reported) => {
    if (message?.type !== 'clock' || typeof message.advancedMs !== 'number') return;
    // One that was told of an earlier move by its settings hears of it again.
    if (message.advancedMs > clock.advancedMs) clock.moveTo(message.advancedMs);
    process.send?.({ type: 'clock', advancedMs: clock.advancedMs }, () => undefined);
  });
};
