import { expect, test } from '@jest/globals';
import { createLog } from '@tact/platform/observability';
import type { FastifyRequest } from 'fastify';
import { Watch } from './watch.ts';

test('a flood of refusals is counted whole and told in part, each reason by itself', async () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const watch = new Watch(createLog({ service: 'gateway', level: 'info', destination }));
  const request = { method: 'GET' } as FastifyRequest;
  for (let nth = 0; nth < 1_000; nth += 1) watch.refused('not-found', request, 404);
  watch.refused('no-key', request, 401);
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toContain('"reason":"no-key"');
  const { text } = await watch.metrics.print();
  expect(text).toMatch(/tact_gateway_refused_total\{reason="not-found".*\} 1000/);
});
