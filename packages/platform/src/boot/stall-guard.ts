import { Worker } from 'node:worker_threads';

export type StallLimits = {
  readonly everyMs: number;
  /** How long the event loop may stand still: far above the longest garbage collection. */
  readonly stalledMs: number;
};

const usual: StallLimits = { everyMs: 1_000, stalledMs: 15_000 };

/**
 * Runs beside the event loop, because a blocked loop cannot look at itself. It counts its own looks and no clock:
 * after the whole process slept (a paused container, a laptop) it has looked once, like the loop.
 */
const guard = `
const { writeSync } = process.getBuiltinModule('node:fs');
const { turns, everyMs, looksMax } = process.getBuiltinModule('node:worker_threads').workerData;
let seen = -1;
let looks = 0;
setInterval(() => {
  const now = Atomics.load(turns, 0);
  looks = now === seen ? looks + 1 : 0;
  seen = now;
  if (looks < looksMax) return;
  const msg = 'the event loop stood still for ' + (looks * everyMs) / 1000 + ' s: the process ends, to be started again';
  try {
    writeSync(2, JSON.stringify({ level: 60, time: Date.now(), msg }) + '\\n');
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}, everyMs);
`;

/**
 * Ends this process when its event loop stands still. For where nobody asks us over a channel: a container engine
 * starts a process again that ended, and leaves one that is merely unhealthy as it is.
 */
export const guardAgainstStall = ({ everyMs, stalledMs }: StallLimits = usual): void => {
  const turns = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(guard, {
    eval: true,
    workerData: { turns, everyMs, looksMax: Math.ceil(stalledMs / everyMs) },
    // It needs next to nothing; without limits it would be given the heap of a service.
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  });
  worker.unref();
  setInterval(() => Atomics.add(turns, 0, 1), everyMs / 2).unref();
};
