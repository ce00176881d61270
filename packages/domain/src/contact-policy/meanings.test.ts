import { expect, test } from '@jest/globals';
import { Channel, Purpose } from '@tact/contracts';
import { channels } from './channels.ts';
import { purposes } from './purposes.ts';

test('one purpose opens analysis, and nobody is written to for it', () => {
  const opening = Purpose.options.filter((one) => purposes[one].opensAnalysis);
  const unwritten = Purpose.options.filter((one) => !purposes[one].isWrittenFor);
  expect(opening).toEqual(['signal-analysis']);
  expect(unwritten).toEqual(opening);
});

test('what happens on one channel is observed, and what leaves there is seen', () => {
  expect(Channel.options.filter((one) => channels[one].isObserved)).toEqual(['whatsapp']);
  expect(Channel.options.filter((one) => channels[one].isSeenLeaving)).toEqual(['whatsapp']);
});
