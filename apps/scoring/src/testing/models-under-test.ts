import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect } from '@jest/globals';
import { DAY_MS, HOUR_MS, ProjectionRebuild } from '@tact/contracts';
import type { RunningService } from '@tact/platform';
import { scoringUnderTest } from './scoring-under-test.ts';

const start = Date.parse('2026-09-01T08:00:00Z');

/** An instant so many days and hours after the first of the histories that models are fitted to. */
export const at = (day: number, hours = 0): string =>
  new Date(start + day * DAY_MS + hours * HOUR_MS).toISOString();

/** An id that follows from a text. */
export const uuid = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** Scoring with the routes of models, asked by an admin of `demo`, an operator too, unless another key is given. */
export const modelsUnderTest = () => {
  const { running, keyOf, publish } = scoringUnderTest();
  let service: RunningService;
  let admin: string;
  beforeAll(async () => {
    service = running();
    admin = await keyOf('demo', ['admin', 'operator']);
  }, 60_000);

  const call = async (
    method: 'GET' | 'POST',
    url: string,
    more: { key?: string; body?: object } = {},
  ) => {
    const { key = admin, body } = more;
    const headers = { authorization: `Bearer ${key}` };
    const answer = await service.app.inject({
      method,
      url,
      headers,
      ...(body === undefined ? {} : { payload: body }),
    });
    const { statusCode: status, body: text } = answer;
    const isJson = String(answer.headers['content-type']).includes('json');
    return {
      status,
      text,
      body: isJson ? answer.json<unknown>() : undefined,
      headers: answer.headers,
    };
  };

  const swapped = async (rebuildId: string): Promise<void> => {
    for (;;) {
      const url = `/v1/projections/block-likelihood/rebuilds/${rebuildId}`;
      const { state } = ProjectionRebuild.parse((await call('GET', url)).body);
      if (state === 'swapped') return;
      expect(state).toBe('running');
      await pause(50);
    }
  };

  return { running, keyOf, publish, call, swapped };
};
