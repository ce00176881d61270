import { createRequire } from 'node:module';

/** Milliseconds kafkajs itself waits before it looks at what is pending. */
const CHECK_EVERY_MS = 10;

type Queue = {
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
};

/**
 * kafkajs 2.2.4 sets a timer of about minus 1.7 trillion milliseconds after every request; Node prints a warning
 * for each kind of it, and answers with 1 ms. The same method with a delay that is none of that.
 */
export function scheduleCheckPendingRequests(this: Queue): void {
  if (this.throttleCheckTimeoutId) return;
  const throttledMs = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttledMs > 0 ? throttledMs : CHECK_EVERY_MS,
  );
}

/** kafkajs is not maintained; this is one of two places where we reach inside, against one pinned version. */
export const mendRequestTimers = (): void => {
  const load = createRequire(import.meta.url);
  const RequestQueue = load('kafkajs/src/network/requestQueue/index.js') as { prototype: object };
  Object.assign(RequestQueue.prototype, { scheduleCheckPendingRequests });
};
