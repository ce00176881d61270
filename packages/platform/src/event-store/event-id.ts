import { randomUUID } from 'node:crypto';

/** A uuid of version 7: its first 48 bits are the clock's milliseconds, so that indexes grow at one end. */
export function newEventId(nowMs: number = Date.now()): string {
  const clock = nowMs.toString(16).padStart(12, '0');
  const random = randomUUID();
  return `${clock.slice(0, 8)}-${clock.slice(8)}-7${random.slice(15)}`;
}
