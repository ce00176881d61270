/** A terminal and a wrapper may both pass the same Ctrl-C on: so close together they are one. */
const SAME_PRESS_MS = 400;

export type StopSignals = {
  /** Aborted by the first Ctrl-C, SIGTERM or lost terminal. */
  readonly signal: AbortSignal;
  release(): void;
};

/** The first signal asks for an orderly stop, a second one calls `atOnce`. */
export const listenForStop = (asked: () => void, atOnce: () => void): StopSignals => {
  const controller = new AbortController();
  let firstAt = 0;
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      asked();
      controller.abort(new Error('asked to stop'));
    } else if (performance.now() - firstAt > SAME_PRESS_MS) atOnce();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  // `npm start` holds a channel to us: when it is killed, the channel ends and nobody is left to press Ctrl-C.
  const orphaned = (): void => {
    if (!controller.signal.aborted) onSignal();
  };
  process.on('disconnect', orphaned);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of names) process.off(name, onSignal);
      process.off('disconnect', orphaned);
    },
  };
};
