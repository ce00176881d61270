import type { ChildProcess } from 'node:child_process';
import { z } from 'zod';

export type Patience = {
  /** Milliseconds between two questions. */
  readonly everyMs: number;
  /** Silence of a service at work after which it is frozen: far above its longest garbage collection. */
  readonly workingMs: number;
  /** The same while it starts: it loads and compiles its code, and may bring a large database up to date. */
  readonly startingMs: number;
};

/** Ten seconds: a full collection of the largest heap we allow takes two or three, on a busy machine. */
export const patience: Patience = { everyMs: 1_000, workingMs: 10_000, startingMs: 60_000 };

const Pong = z.object({ type: z.literal('pong') });

export type Watched = {
  readonly isStarting: () => boolean;
  readonly patience: Patience;
  /** Called once, when the process was silent for too long. */
  readonly frozen: (silentMs: number) => void;
};

/**
 * Asks a process again and again over its channel. Its event loop gives the answer, so a blocked loop and a stopped
 * process are both silent, and a flood of callers at its port, which no restart would end, is not taken for either.
 * Silence is counted in our own looks: when this process or the whole machine slept, nobody was silent meanwhile.
 * A program at work that never answered does not speak this language, and is left alone.
 */
export const watchLiveness = (child: ChildProcess, watched: Watched): void => {
  const { isStarting, patience: limits, frozen } = watched;
  let [silentMs, isAsked, hasAnswered] = [0, false, false];
  child.on('message', (message) => {
    if (!Pong.safeParse(message).success) return;
    [silentMs, isAsked, hasAnswered] = [0, false, true];
  });
  const look = (): void => {
    if (isAsked) silentMs += limits.everyMs;
    const isJudged = isStarting() || hasAnswered;
    if (isJudged && silentMs >= (isStarting() ? limits.startingMs : limits.workingMs)) {
      clearInterval(timer);
      return frozen(silentMs);
    }
    // One question at a time: a stopped process must not find a thousand of them when it wakes.
    if (isAsked || !child.connected) return;
    isAsked = true;
    // A channel that closes meanwhile belongs to a process that ended, which its watcher hears.
    child.send({ type: 'ping' }, () => undefined);
  };
  const timer = setInterval(look, limits.everyMs);
  child.once('exit', () => clearInterval(timer));
};
