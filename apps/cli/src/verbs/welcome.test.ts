import { expect, test } from '@jest/globals';
import { homeAt } from '../home/home.ts';
import { welcomeLines } from './welcome.ts';

const origin = 'http://localhost:8080';

test('after the ready line: what to look at, what to try, how to stop', () => {
  const lines = welcomeLines({
    home: homeAt('/srv/tact'),
    origin,
    tactHome: undefined,
    newKey: undefined,
    hasSink: true,
  });
  expect(lines).toEqual([
    '  the key, and all else a caller needs, is in /srv/tact/credentials.json',
    'tact is ready at http://localhost:8080',
    '  look: http://localhost:8080/openapi.json has every route; npm run tact -- status shows what runs',
    '  mail: http://localhost:8080/dev/mail shows what the platform mailed; it is delivered to nobody',
    '  try:  npm run tact -- seed --fixtures posts webhooks of invented people; next time npm start -- --demo',
    '  stop: Ctrl-C',
  ]);
});

test('a data folder of its own is part of every command, as a shell takes it', () => {
  const home = homeAt("/srv/l'été de Tact");
  const said = welcomeLines({
    home,
    origin,
    tactHome: 'x',
    newKey: undefined,
    hasSink: false,
  }).join('\n');
  expect(said).toContain(String.raw`TACT_HOME='/srv/l'\''été de Tact' npm run tact -- status`);
});

test('a new key is shown where a person watches', () => {
  const [first] = welcomeLines({
    home: homeAt('/srv/tact'),
    origin,
    tactHome: undefined,
    newKey: 'tact_demo_new',
    hasSink: false,
  });
  expect(first).toBe('  API key of tenant demo, shown this once: tact_demo_new');
});
