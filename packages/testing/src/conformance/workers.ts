import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LogSpec } from './fixture.ts';

export type CrashPoint =
  | 'before-append-commit'
  | 'after-append-commit'
  | 'after-publish'
  | 'before-effect-commit'
  | 'after-effect-commit'
  | 'after-offset-commit';

/** What a worker process does; it prints `ready`, and ends on SIGTERM after a drain. */
export type WorkerTask = {
  readonly role: 'seen' | 'service' | 'relay' | 'consumer';
  readonly name: string;
  readonly log: LogSpec;
  readonly databaseUrl: string;
  readonly schema: string;
  readonly topic: string;
  readonly group: string;
  readonly crashAt?: CrashPoint;
  readonly appends?: number;
  readonly handlerMs?: number;
};

export type Worker = {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  signal(name: NodeJS.Signals): void;
};

const script = fileURLToPath(new URL('./log.worker.ts', import.meta.url));
const loader = new URL('../../jest/from-source.mjs', import.meta.url).href;
const alive = new Set<ChildProcess>();

/** Starts a process that runs from source. */
export const startWorker = (task: WorkerTask): Worker => {
  const child = spawn(
    process.execPath,
    ['--conditions=tact-source', '--import', loader, script, JSON.stringify(task)],
    // The end of its input tells it that the test's process died.
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  alive.add(child);
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => {
      alive.delete(child);
      resolve({ code, signal });
    });
  });
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'ready') resolve();
    });
    void exited.then(({ code, signal }) =>
      reject(new Error(`${task.name} ended: ${code} ${signal}`)),
    );
  });
  ready.catch(() => undefined);
  return { child, ready, exited, signal: (name) => void child.kill(name) };
};

export const endWorkers = (): void => {
  for (const child of alive) child.kill('SIGKILL');
};
