import { describe, expect, test } from '@jest/globals';
import { DataRequestState } from '@tact/contracts';
import { isClosed, requestSteps, requestTable } from './request-states.ts';

/** Every cell that leads anywhere: `state step -> to: what follows`. */
const lines = DataRequestState.options.flatMap((state) =>
  requestSteps.flatMap((step) => {
    const cell = requestTable[state][step];
    if (cell === null) return [];
    const follows = cell.commands.length === 0 ? '' : `: ${cell.commands.join(', ')}`;
    return [`${state} ${step.replace('DataRequest', '')} -> ${cell.to}${follows}`];
  }),
);

const open = (state: string) => [
  `${state} Extended -> ${state}: watch-due, tell-extension`,
  `${state} RefusalProposed -> ${state}`,
  `${state} Refused -> refused: release, settle-due, tell-refusal`,
];
const proving = (state: string) => [
  `${state} CodeSent -> ${state}`,
  `${state} CodeMissed -> ${state}`,
  `${state} Proven -> ${state}`,
];
const cancelled = (state: string) => `${state} Cancelled -> cancelled: release, settle-due`;
const completed = (state: string) => `${state} Completed -> completed: release, settle-due`;

describe('the decision table', () => {
  test('leads where the law leads, and nowhere else', () => {
    const expected = [
      'received Resolved -> awaiting-verification',
      ...['received', 'awaiting-verification'].flatMap((state) => [
        ...proving(state),
        `${state} Paused -> paused`,
        `${state} Verified -> verified: begin`,
        ...open(state),
        cancelled(state),
      ]),
      'verified Started -> in-progress: carry-out',
      ...open('verified'),
      cancelled('verified'),
      ...open('in-progress'),
      completed('in-progress'),
      'in-progress Lacking -> incomplete',
      ...open('incomplete'),
      completed('incomplete'),
      'paused Resolved -> paused',
      ...proving('paused'),
      'paused Resumed -> before: watch-due',
      'paused RefusalProposed -> paused',
      'paused Refused -> refused: release, settle-due, tell-refusal',
      cancelled('paused'),
    ];
    expect(lines.toSorted()).toEqual(expected.toSorted());
  });

  test('nothing leads out of a closed request, and every other state can be closed', () => {
    for (const state of DataRequestState.options) {
      const ways = lines.filter((line) => line.startsWith(`${state} `));
      expect([state, ways.length === 0]).toEqual([state, isClosed[state]]);
      const ends = ways.filter((line) => /-> (?:completed|refused|cancelled)/.test(line));
      expect([state, ends.length > 0]).toEqual([state, !isClosed[state]]);
    }
  });

  test('every state is reached', () => {
    const reached = new Set(lines.map((line) => line.split('-> ')[1]?.split(':')[0]));
    for (const state of DataRequestState.options) {
      expect([state, reached.has(state) || state === 'received']).toEqual([state, true]);
    }
  });
});
