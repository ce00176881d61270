import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { nodeFlagsOf } from './node-flags.ts';

describe('flags of Node.js', () => {
  test('in a container a service is started with the same', () => {
    const compose = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');
    const commands = [...compose.matchAll(/command: \[node, (.*?)apps\/(\w+)\/dist\/main\.js\]/g)];
    const given = commands.map(([, flags, service]) => [service, flags]);
    const requested = given.map(([service = '']) => [
      service,
      nodeFlagsOf(service)
        .map((flag) => `${flag}, `)
        .join(''),
    ]);
    expect(given.length).toBeGreaterThanOrEqual(4);
    expect(given).toEqual(requested);
    expect(nodeFlagsOf('scoring')).toHaveLength(1);
  });
});
