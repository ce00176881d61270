// Kills its own process when a step takes more than its due: a loop without end hears nobody else. Processor time
// counts, because a loaded machine makes every test slow, and a minute on the clock for a promise nobody keeps.
import process from 'node:process';
import { workerData } from 'node:worker_threads';
import { overdueSignal } from './overdue-signal.mjs';

const LOOK_EVERY_MS = 20;
/** `[processor milliseconds, clock milliseconds]` at which the step is over due. */
const due = new Float64Array(workerData);

setInterval(() => {
  const { user, system } = process.cpuUsage();
  const isOverdue = (user + system) / 1_000 > due[0] || Date.now() > due[1];
  if (isOverdue) process.kill(process.pid, overdueSignal);
}, LOOK_EVERY_MS);
