// Runs one program after another for tools/bootstrap.mjs: its time, its signals, its exit code.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** npm repeats a Ctrl-C that the terminal has already sent: what follows so soon is the same one. */
const SAME_SIGNAL_MS = 500;
const LAST_WORD_MS = 2_000;

let current;
let interruptedBy;
let interruptedAt = 0;

/** What a program's end means to a shell: its exit code, or 128 and the signal's number. */
const exitCodeOf = (code, signal) => code ?? 128 + (constants.signals[signal] ?? 1);

function interrupt(signal) {
  const now = performance.now();
  if (interruptedBy !== undefined && now - interruptedAt < SAME_SIGNAL_MS) return;
  const again = interruptedBy !== undefined;
  interruptedBy = signal;
  interruptedAt = now;
  const code = exitCodeOf(null, signal);
  if (current === undefined) process.exit(code);
  send(current.quiet ? -current.pid : current.pid, signal);
  if (!again) return;
  setTimeout(() => {
    if (current !== undefined) send(-current.pid, 'SIGKILL');
    process.exit(code);
  }, LAST_WORD_MS).unref();
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}

/** From here on a signal reaches the running program once; so does the death of npm, which forwards nothing then. */
export function forwardSignals() {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interrupt(signal));
  // A closed terminal asks for a clean stop, and takes no more lines.
  process.on('SIGHUP', () => interrupt('SIGTERM'));
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return;
  setInterval(() => {
    if (process.ppid !== parent) interrupt('SIGTERM');
  }, 1_000).unref();
}

/**
 * Runs a program to its end. It leads a process group of its own, so that the terminal's Ctrl-C comes through
 * `interrupt` only. `quiet` keeps its output back; `linked` gives it an IPC channel whose end tells it that we died.
 */
export function run(command, args, { env, quiet = false, linked = false } = {}) {
  return new Promise((resolve) => {
    const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : ['inherit', 'inherit', 'inherit'];
    if (linked) stdio.push('ipc');
    const child = spawn(command, args, { env: env ?? process.env, stdio, detached: true });
    current = { pid: child.pid, quiet };
    let output = '';
    let errors = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (errors += chunk));
    child.once('error', (error) => finish(127, error.message));
    child.once('close', (code, signal) => finish(exitCodeOf(code, signal), ''));
    function finish(code, why) {
      current = undefined;
      if (interruptedBy !== undefined && quiet) process.exit(exitCodeOf(null, interruptedBy));
      resolve({ code, output, errors: errors + why });
    }
  });
}

export const wasInterrupted = () => interruptedBy !== undefined;

/** One line per stage: what is going on, then how long it took. A terminal sees the seconds pass. */
export async function stage(label, work) {
  const began = performance.now();
  const live = process.stdout.isTTY;
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const show = (end) => process.stdout.write(`${live ? '\r\u001B[K' : ''}tact · ${label}${end}`);
  show(live ? ' ...' : ' ...\n');
  const ticker = live ? setInterval(() => show(` ... ${seconds()}`), 500) : undefined;
  try {
    const result = await work();
    clearInterval(ticker);
    show(`: ${seconds()}\n`);
    return result;
  } catch (error) {
    clearInterval(ticker);
    show(`: failed after ${seconds()}\n`);
    throw error;
  }
}

/** A failure a person can act on: printed without a stack. */
export class Stop extends Error {}
