import { AdvanceClock, DevClock, Problem } from '@tact/contracts';
import type { Home } from '../../home/home.ts';
import { isRunning } from '../../home/process-identity.ts';
import { readRunFile } from '../../home/run-file.ts';
import { Refusal } from '../../terminal/refusal.ts';
import type { Terminal } from '../../terminal/terminal.ts';

type Parts = { readonly home: Home; readonly terminal: Terminal };

const originOf = (home: Home): string => {
  const run = readRunFile(home);
  if (run !== undefined && isRunning(run.supervisor)) return run.origin;
  throw new Refusal(`Nothing runs on ${home.root}: start the platform with npm start.`);
};

const ask = async (home: Home, init: RequestInit): Promise<DevClock> => {
  const url = `${originOf(home)}/dev/clock`;
  const signal = AbortSignal.timeout(10_000);
  const answer = await fetch(url, { ...init, signal }).catch((cause: unknown) => {
    throw new Refusal('The gateway does not answer: tact status shows why.', { cause });
  });
  const body: unknown = await answer.json();
  if (answer.ok) return DevClock.parse(body);
  const { title, detail } = Problem.parse(body);
  throw new Refusal(`The clock was not moved. ${detail ?? title}`);
};

const lineOf = ({ now, advancedSeconds }: DevClock): string =>
  `it is ${now} for the platform, ${advancedSeconds} s ahead of this machine`;

/** `tact clock show`. */
export const showClock = async ({ home, terminal }: Parts): Promise<void> =>
  terminal.line(lineOf(await ask(home, {})));

/** `tact clock advance <duration>`. Throws `Refusal` when it is no duration, or nothing was moved. */
export const advanceClock = async (duration: string, { home, terminal }: Parts): Promise<void> => {
  const advance = /^\d+$/.test(duration) ? Number(duration) : duration;
  const request = AdvanceClock.safeParse({ advance }).data;
  if (request === undefined) {
    throw new Refusal('Give a duration like P1D, PT36H, P2W, or a number of seconds.');
  }
  const headers = { 'content-type': 'application/json' };
  const clock = await ask(home, { method: 'POST', headers, body: JSON.stringify(request) });
  terminal.line(lineOf(clock));
};
