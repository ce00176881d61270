import { describe, expect, test } from '@jest/globals';
import type { BlockLikelihood } from '@tact/contracts';
import { behind } from './caught-up.ts';
import type { SimulatedPerson } from '../../simulator/people.ts';
import { overviewLines } from './overview.ts';
import { suspectLines } from './suspects.ts';
import { languageOf } from './texts.ts';

const both = (text: string) => ({ fr: `${text} (fr)`, en: `${text} (en)` });

const suspect = (contactId: string, probability: number): BlockLikelihood => ({
  contactId,
  probability,
  band: 'suspected',
  causes: {
    blocked: probability,
    'phone-off': 0.02,
    'long-off': 0.15,
    churned: 0,
    network: 0.01,
    reachable: 0.03,
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
  [
    'ct_dddddddddd',
    person({
      blockedEarlier: { from: '2026-09-30T00:00:00.000Z', until: '2026-10-20T00:00:00.000Z' },
    }),
  ],
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
      /^2 +ct_bbbbbbbbbb +70\.0 % +suspected +never blocked \(phone off for weeks\)$/m,
    );
    expect(text).toContain('+3.1 four messages stuck (en)');
    expect(text).toContain('If it is no block, most likely: phone off for weeks (15.0\u00A0%)');
    expect(text).not.toContain('phone off (en)');
    expect(text).toContain('one family never concludes (en)');
    expect(text).toContain(
      'In the simulation, 1 of these 2 block the business now; of all 4 people 1 do.',
    );
  });

  test('tells who blocked and unblocked as that, never as one who did not', () => {
    const shown = [suspect('ct_dddddddddd', 0.8)];
    const english = suspectLines(shown, truth, 'en').join('\n');
    expect(english).toMatch(
      /suspected +blocked earlier \(2026-09-30\), unblocked since 2026-10-20$/m,
    );
    expect(english).toContain('0 of these 1 block the business now and 1 did earlier');
    const french = suspectLines(shown, truth, 'fr').join('\n');
    expect(french).toMatch(/soupçonné +a bloqué le 30\/09\/2026, a débloqué le 20\/10\/2026$/m);
    expect(french).toContain('+3,1 four messages stuck (fr)');
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
    expect(french).toMatch(/81,2 % +soupçonné +bloque depuis le 12\/10\/2026/);
  });
});

describe('the overview of the demo', () => {
  const all = [
    { ...suspect('ct_aaaaaaaaaa', 0.97), band: 'probable' as const },
    suspect('ct_bbbbbbbbbb', 0.7),
    suspect('ct_dddddddddd', 0.6),
    { ...suspect('ct_cccccccccc', 0.01), band: 'reachable' as const },
  ];
  const text = overviewLines(all, truth, 'en').join('\n');

  test('counts every band, those with nobody too, beside who blocks now', () => {
    const rows = [/^reachable +1 +0$/m, /^undetermined +0 +0$/m, /^unreachable +0 +0$/m];
    for (const row of [...rows, /^suspected +2 +0$/m, /^probable +1 +1$/m]) {
      expect(text).toMatch(row);
    }
  });

  test('shows an example or two of each band that has one, with the truth', () => {
    expect(text).toMatch(/^ {2}probable {2}ct_aaaaaaaaaa {2}97\.0 % {2}blocked since 2026-10-12$/m);
    expect(text.match(/^ {2}suspected {2}ct_/gm)).toHaveLength(2);
    expect(text).not.toMatch(/^ {2}undetermined {2}ct_/m);
  });

  test('shows every kind of sign, and with how many it points to a block', () => {
    expect(text).toMatch(/^ticks of messages +4 +4$/m);
    expect(text).toMatch(/^what the person writes +4 +0$/m);
    for (const name of ['calls', 'profile photo', 'last seen, online', 'groups']) {
      expect(text).toMatch(new RegExp(`^${name} +0 +0$`, 'm'));
    }
  });

  test('is French in French', () => {
    const french = overviewLines(all, truth, 'fr').join('\n');
    expect(french).toMatch(/^coches des messages +4 +4$/m);
    expect(french).toMatch(/^probable +1 +1$/m);
    expect(french).not.toMatch(/reachable|points to|people/);
  });
});

test('a silent service, an outbox and a lag all mean: not caught up', () => {
  const relay = { depth: 0, oldestAgeSeconds: null };
  const well = {
    status: 'ready',
    checks: {},
    reasons: {},
    relay,
    consumers: [{ group: 'g', lag: 0, parked: 2 }],
  };
  expect(behind([well, { ...well, consumers: [] }])).toBe(0);
  expect(behind([well, undefined])).toBe(1);
  expect(behind([{ ...well, relay: undefined }])).toBe(1);
  expect(behind([{ ...well, relay: { depth: 4, oldestAgeSeconds: 1 } }])).toBe(4);
  expect(behind([{ ...well, consumers: [{ group: 'g', lag: 3, parked: 0 }] }])).toBe(3);
});
