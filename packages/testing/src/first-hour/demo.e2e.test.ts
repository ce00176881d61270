import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RunningPlatform, eventually } from '../running-platform.ts';

const platform = new RunningPlatform(['--demo']);

beforeAll(() => platform.start(), 120_000);
afterAll(async () => {
  await platform.stop();
  platform.remove();
});

const countsIn = (said: string, name: string): number[] =>
  (new RegExp(`^${name} +(\\d+) +(\\d+)$`, 'm').exec(said) ?? []).slice(1).map(Number);

test('the demo shows every band and every family of signs, each with somebody in it', async () => {
  const said = await eventually(
    async () => platform.output,
    (output) => /^wishes and complaints +\d/m.test(output),
    240_000,
  );
  for (const band of ['reachable', 'undetermined', 'unreachable', 'suspected', 'probable']) {
    const [people = 0] = countsIn(said, band);
    expect({ band, hasSomebody: people > 0 }).toEqual({ band, hasSomebody: true });
  }
  const families = ['ticks of messages', 'calls', 'profile photo', 'last seen, online', 'groups'];
  for (const family of families) {
    const [observed = 0, pointing = 0] = countsIn(said, family);
    expect({ family, isShown: observed > 0 && pointing > 0 }).toEqual({ family, isShown: true });
  }
  expect(said).not.toContain(' ! ');
}, 300_000);
