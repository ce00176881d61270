import { describe, expect, test } from '@jest/globals';
import type { BlockLikelihood } from '@tact/contracts';
import { behind } from './caught-up.ts';
import type { SimulatedPerson } from '../population.ts';
import { suspectLines } from './suspects.ts';
import { languageOf } from './words.ts';

const both = (text: string) => ({ fr: `${text} (fr)`, en: `${text} (en)` });

const suspect = (contactId: string, probability: number): BlockLikelihood => ({
  contactId,
  probability,
  band: 'suspected',
  causes: {
    blocked: probability,
    'phone-off': 0,
    'long-off': 0,
    churned: 0,
    network: 0,
    reachable: 0,
  },
  priorLogOdds: -4,
  families: [
    {
      family: 'inbound',
      contribution: -0.4,
      probabilityWithout: 0.5,
      sentence: both('wrote lately'),
      innocentAlternatives: [],
    },
    {
      family: 'delivery',
      contribution: 3.14,
      probabilityWithout: 0.1,
      sentence: both('four messages stuck'),
      innocentAlternatives: [both('phone off')],
    },
  ],
  rule: { outcome: 'held-back', sentence: both('one family never concludes') },
  modelVersion: 'test',
  asOf: { position: 1, at: '2026-11-01T00:00:00.000Z' },
});

const person = (rest: Partial<SimulatedPerson>): SimulatedPerson => ({
  identities: { phone: '+33639980101' },
  timeZone: 'Europe/Paris',
  language: 'fr',
  ...rest,
});

const truth = new Map([
  ['ct_aaaaaaaaaa', person({ blockedSince: '2026-10-12T08:00:00.000Z' })],
  ['ct_bbbbbbbbbb', person({ otherCause: 'off-weeks' })],
  ['ct_cccccccccc', person({})],
]);

describe('the table of the demo', () => {
  const text = suspectLines(
    [suspect('ct_aaaaaaaaaa', 0.8123), suspect('ct_bbbbbbbbbb', 0.7)],
    truth,
    'en',
  ).join('\n');

  test('shows the reasons beside the truth of the simulation, and says it is one', () => {
    expect(text).toContain('every person is simulated');
    expect(text).toMatch(/^1 +ct_aaaaaaaaaa +81\.2 % +suspected +blocked since 2026-10-12$/m);
    expect(text).toMatch(
      /^2 +ct_bbbbbbbbbb +70\.0 % +suspected +not blocked \(phone off for weeks\)$/m,
    );
    expect(text).toContain('+3.1 four messages stuck (en)');
    expect(text).toContain('Could also be: phone off (en)');
    expect(text).toContain('one family never concludes (en)');
    expect(text).toContain(
      '1 of these 2 have blocked the business in the simulation; 1 of all 3 people have.',
    );
  });

  test('lists only what speaks for a block, and never a name or number', () => {
    expect(text).not.toContain('wrote lately');
    expect(text).not.toContain('33639980101');
  });

  test('never shows a certainty', () => {
    const lines = suspectLines([suspect('ct_aaaaaaaaaa', 1)], truth, 'en').join('\n');
    expect(lines).toContain('> 99.9 %');
    expect(lines).not.toContain('100.0 %');
  });

  test('speaks French where the terminal does', () => {
    expect(languageOf({ LANG: 'fr_FR.UTF-8' })).toBe('fr');
    expect(languageOf({ LANG: 'fr_FR.UTF-8', LC_ALL: 'C' })).toBe('en');
    const french = suspectLines([suspect('ct_aaaaaaaaaa', 0.8123)], truth, 'fr').join('\n');
    expect(french).toMatch(/81,2 % +soupçonné +a bloqué le 2026-10-12/);
  });
});

test('a silent service, an outbox and a lag all mean: not caught up', () => {
  const relay = { depth: 0, oldestAgeSeconds: null };
  const well = {
    status: 'ready',
    checks: {},
    relay,
    consumers: [{ group: 'g', lag: 0, parked: 2 }],
  };
  expect(behind([well, { ...well, consumers: [] }])).toBe(0);
  expect(behind([well, undefined])).toBe(1);
  expect(behind([{ ...well, relay: undefined }])).toBe(1);
  expect(behind([{ ...well, relay: { depth: 4, oldestAgeSeconds: 1 } }])).toBe(4);
  expect(behind([{ ...well, consumers: [{ group: 'g', lag: 3, parked: 0 }] }])).toBe(3);
});
