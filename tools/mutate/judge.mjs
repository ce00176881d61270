// A worker process as its parent sees it: asked one thing at a time, replaced when it ended or has grown.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { overdueSignal } from './overdue-signal.mjs';
import { root } from './rooms.mjs';

const worker = fileURLToPath(new URL('mutant.worker.mjs', import.meta.url));

/** Modules once loaded are never collected, so a process grows with every mutant it tries. */
const RSS_BYTES_MAX = 600 * 1024 * 1024;

/**
 * What became of a mutant. Throws where the machine ended the process, as it does when memory is short: that says
 * nothing of the mutant, and a run that counted it would count a test that never was.
 */
export const outcomeOf = ({ ended, killedBy }) => {
  if (ended === 'SIGKILL')
    throw new Error(
      'The machine ended the process of a mutant: nothing is judged. Is memory short?',
    );
  if (ended === overdueSignal) return { outcome: 'timeout' };
  if (ended !== undefined) return { outcome: 'killed', killedBy: 'the end of its process' };
  return killedBy === undefined ? { outcome: 'survived' } : { outcome: 'killed', killedBy };
};

export class Judge {
  #sources;
  #child;

  constructor(texts, { fresh, runsMax = Infinity }) {
    this.#sources = { texts: Object.fromEntries(texts), fresh, runsMax };
  }

  end() {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  /** Every test of a file once, with no mutant awake: `{ file, loaded }`. Rejects when one fails. */
  async cover(path, visitsMax) {
    const answer = await this.#ask('cover', { path, visitsMax });
    if (answer.ended !== undefined)
      throw new Error(`The tests ended their process: ${answer.ended}`);
    return answer;
  }

  /** `{ outcome: 'killed' | 'timeout' | 'survived', killedBy }` of one mutant and its plan. */
  async attempt(plan) {
    const { ended, killedBy, rssBytes } = await this.#ask('attempt', plan);
    if (rssBytes > RSS_BYTES_MAX) this.end();
    return outcomeOf({ ended, killedBy });
  }

  async #ask(verb, given) {
    if (this.#child === undefined) {
      this.#child = fork(worker, {
        cwd: root,
        execArgv: ['--conditions=tact-source', '--no-warnings'],
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      await this.#send('begin', this.#sources);
    }
    return this.#send(verb, given);
  }

  #send(verb, given) {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const receive = (answer) => {
        child.off('exit', mourn);
        if (answer.defect === undefined) resolve(answer);
        else reject(new Error(answer.defect));
      };
      const mourn = (code, signal) => {
        child.off('message', receive);
        this.#child = undefined;
        resolve({ ended: signal ?? `code ${code}` });
      };
      child.once('message', receive);
      child.once('exit', mourn);
      child.send([verb, given]);
    });
  }
}
