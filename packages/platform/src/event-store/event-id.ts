import { randomUUID } from 'node:crypto';
import { hourOf } from './hour.ts';

/**
 * A uuid of version 7 whose 48 bits of clock say the hour: indexes still grow at one end, and an id, which is
 * in clear everywhere, does not tell the millisecond at which a person did something.
 */
export const newEventId = (nowMs: number = Date.now()): string => {
  const clock = hourOf(nowMs).toString(16).padStart(12, '0');
  const random = randomUUID();
  return `${clock.slice(0, 8)}-${clock.slice(8)}-7${random.slice(15)}`;
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text could be an event's id; PostgreSQL refuses a statement with one that could not. */
export const isEventId = (text: string): boolean => uuid.test(text);
