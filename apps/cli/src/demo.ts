import { untilCaughtUp } from './demo/caught-up.ts';
import { postWebhooks, registerPeople } from './demo/feed.ts';
import type { Population } from './demo/population.ts';
import { suspectLines, suspectsOf } from './demo/suspects.ts';
import type { Language } from './demo/words.ts';
import type { Running } from './start.ts';
import { TactApi } from './tact-api.ts';
import type { Terminal } from './terminal.ts';

const SHOWN = 10;

/**
 * `tact start --demo`: feeds a simulated population to the running platform through its public API, waits until
 * all of it is scored, and shows whom the platform suspects beside what the simulation knows.
 */
export const demo = async (
  population: Population,
  { credentials, servicePorts, signal }: Running,
  { terminal, language }: { terminal: Terminal; language: Language },
): Promise<void> => {
  const api = new TactApi(credentials, signal);
  const truth = await registerPeople(api, population);
  await postWebhooks(api, population.batches);
  const whole = await terminal.step('scoring has caught up', (note) =>
    untilCaughtUp(servicePorts, { note, signal }),
  );
  if (!whole) terminal.warn('scoring is still behind: the list below is not final');
  const suspects = await suspectsOf(api, SHOWN);
  for (const line of suspectLines(suspects, truth, language)) terminal.line(line);
};
