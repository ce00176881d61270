import { DAY_MS } from '@tact/contracts';
import { untilCaughtUp } from './caught-up.ts';
import { postWebhooks, registerPeople, reportObservations } from './feed.ts';
import { overviewLines } from './overview.ts';
import type { Population } from '../../simulator/people.ts';
import { likelihoodsOf, suspectLines } from './suspects.ts';
import type { Language } from './texts.ts';
import { simulatedPopulation } from '../../simulator/population.ts';
import type { Running } from '../start.ts';
import { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';

const SHOWN = 10;
const seedWord = 'demo';
const CONTACTS = 240;
const DAYS = 60;

/** Sixty whole days that end at the last midnight of the platform's clock: no fact lies in its future. */
export const demoPopulation = (wabaId: string, now: number): Population =>
  simulatedPopulation({
    seed: seedWord,
    contacts: CONTACTS,
    days: DAYS,
    startAt: (Math.floor(now / DAY_MS) - DAYS) * DAY_MS,
    wabaId,
  });

/** `TACT_CLOCK` moves the platform's clock, so the simulated past ends there too. */
export const nowOf = (env: NodeJS.ProcessEnv): number => {
  const clock = Date.parse(env['TACT_CLOCK'] ?? '');
  return Number.isNaN(clock) ? Date.now() : clock;
};

/**
 * `tact start --demo`: feeds a simulated population to the running platform through its public API, waits until
 * all of it is scored, and shows whom the platform suspects beside what the simulation knows.
 */
export const demo = async (
  population: Population,
  { credentials, servicePorts, signal }: Running,
  { terminal, language }: { terminal: Terminal; language: Language },
): Promise<void> => {
  const api = new TactClient(credentials, signal);
  terminal.line(`  simulating ${population.people.length} people over ${DAYS} days`);
  const truth = await registerPeople(api, population);
  await postWebhooks(api, population.batches);
  await reportObservations(api, population.observations);
  const whole = await terminal.step('scoring has caught up', (note) =>
    untilCaughtUp(servicePorts, { note, signal }),
  );
  if (!whole) terminal.warn('scoring is still behind: the list below is not final');
  const all = await likelihoodsOf(api, truth);
  const suspects = all.slice(0, SHOWN);
  for (const line of suspectLines(suspects, truth, language)) terminal.line(line);
  for (const line of overviewLines(all, truth, language)) terminal.line(line);
};
