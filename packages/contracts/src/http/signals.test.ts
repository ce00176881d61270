import { describe, expect, test } from '@jest/globals';
import { automationRefusal, namesMachine, tenantKinds } from '../collection.ts';
import { SignalKind } from '../signals.ts';
import { SignalLine } from './signals.ts';

const line = (fields: object) => ({
  id: 'l-1',
  contact: { crmId: 'c-1' },
  occurredAt: '2026-11-02T08:00:00Z',
  ...fields,
});
const refusals = (given: object): string[] => {
  const result = SignalLine.safeParse(given);
  if (result.success) return [];
  return result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};
const human = {
  kind: 'photo-missing',
  observer: 'agent 7',
  saw: 'a grey silhouette',
  baseline: { at: '2026-10-01T08:00:00Z', saw: 'a beach' },
};

describe('a line', () => {
  test.each(SignalKind.options)('of kind %s is taken with its contact', (kind) => {
    const baseline = { at: '2026-10-01T08:00:00Z', saw: 'two receipts' };
    expect(refusals(line({ kind, observer: 'agent 7', baseline }))).toEqual([]);
    expect(
      refusals({ ...line({ kind, observer: 'agent 7', baseline }), contact: undefined }),
    ).toEqual(['contact: Name the contact it is about.']);
  });

  test.each(tenantKinds)('of kind %s is about the sender, hence about nobody', (kind) => {
    expect(refusals({ ...line({ kind }), contact: undefined })).toEqual([]);
    expect(refusals(line({ kind }))).toEqual([expect.stringMatching(/^contact: .*sender/)]);
  });

  test.each([
    ['no id', { id: undefined }],
    ['an empty contact', { contact: {} }],
    ['a kind there is not', { kind: 'blocked' }],
    ['a field there is not', { phone: 'x' }],
    ['an instant before WhatsApp', { occurredAt: '1999-01-01T00:00:00Z' }],
    ['a local time', { occurredAt: '2026-11-02T08:00:00' }],
    ['a code no column holds', { code: 4_000_000_000 }],
  ])('with %s is refused', (_what, wrong) => {
    expect(refusals(line({ kind: 'message-sent', ...wrong }))).toHaveLength(1);
  });
});

describe('what a person saw', () => {
  test('says who looked, what was seen, and what had been seen before', () => {
    expect(refusals(line(human))).toEqual([]);
    expect(refusals(line({ ...human, observer: undefined }))).toEqual([
      expect.stringMatching(/^observer: .*who looked/),
    ]);
  });

  test('may be a first look, but a missing receipt needs the earlier one', () => {
    expect(refusals(line({ ...human, baseline: undefined }))).toEqual([]);
    const receipt = { kind: 'group-receipt-missing', observer: 'agent 7' };
    expect(refusals(line(receipt))).toEqual([
      expect.stringMatching(/^baseline: .*only after an earlier one/),
    ]);
  });

  test('is compared with what came earlier', () => {
    const baseline = { at: '2026-11-02T08:00:00Z', saw: 'a beach' };
    expect(refusals(line({ ...human, baseline }))).toEqual([
      'baseline: The baseline must be earlier than the observation.',
    ]);
  });
});

describe('a machine that looks', () => {
  test.each([
    'baileys',
    'WhatsApp-Web.js',
    'our whatsapp_web_js box',
    'Selenium 4',
    'WPPConnect',
    'photo bot',
    'scraper-2',
    'headless chrome',
    'robot',
    'nightly cron',
    'watcher script',
  ])('%s is refused with the reason', (observer) => {
    expect(refusals(line({ ...human, observer }))).toEqual([`observer: ${automationRefusal}`]);
    expect(automationRefusal).toMatch(/WhatsApp’s terms/);
  });

  test.each(['agent 7', 'Mme Abbott', 'Botha, N.', 'u.selenski', 'Descriptor Desk', 'équipe Nord'])(
    '%s is a person',
    (observer) => {
      expect(namesMachine(observer)).toBe(false);
    },
  );

  test('is refused under any word but the three for people and the official API', () => {
    for (const collectedBy of ['automation', 'unofficial-client', 'baileys']) {
      expect(refusals(line({ ...human, collectedBy }))).toEqual([
        `collectedBy: ${automationRefusal}`,
      ]);
    }
    expect(refusals(line({ ...human, collectedBy: 'person' }))).toEqual([]);
    expect(refusals(line({ ...human, collectedBy: 'official-api' }))).toHaveLength(1);
    expect(refusals(line({ kind: 'message-sent', collectedBy: 'official-api' }))).toEqual([]);
  });
});
