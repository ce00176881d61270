import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { serviceNodeFlags } from './node-flags.ts';

describe('flags of Node.js', () => {
  test('a service in a container is started with the same', () => {
    const dockerfile = readFileSync(new URL('../docker/Dockerfile', import.meta.url), 'utf8');
    expect(dockerfile).toContain(`NODE_OPTIONS=${serviceNodeFlags.join(' ')}`);
  });
});
