import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import { type HumanKind, humanKinds, type SignalLine } from '@tact/contracts';
import type { Vault } from '@tact/platform';
import { SignalFacts } from './signal-facts.ts';

/** Fingerprints that say what they were made of. */
const vault = {
  factId: (...parts: readonly string[]) => parts.join(' | '),
  messageRef: (...parts: readonly string[]) => `mr ${parts.join(' | ')}`,
} as Vault;
const facts = new SignalFacts(vault);
const contactId = 'ct_00000000000000000000000000000000';
const line = (more: Partial<SignalLine> = {}): SignalLine => ({
  id: 'l-1',
  contact: { contactId },
  kind: 'message-failed',
  occurredAt: '2026-11-02T09:00:00+01:00',
  ...more,
});
const dataOf = (given: SignalLine, via: 'api' | 'import' = 'api') =>
  facts.ofContact({ tenantId: 'demo', via }, contactId, given).events[0]?.data;

describe('a line about a contact', () => {
  test('is one fact of that contact’s stream, by its id', () => {
    expect(facts.ofContact({ tenantId: 'demo', via: 'api' }, contactId, line())).toStrictEqual({
      stream: `contact-${contactId}`,
      expected: 'any',
      context: { tenantId: 'demo', subject: contactId },
      events: [
        {
          id: 'demo | crm-line | l-1',
          type: 'SignalRecorded',
          time: '2026-11-02T08:00:00.000Z',
          data: {
            contactId,
            kind: 'message-failed',
            occurredAt: '2026-11-02T08:00:00.000Z',
            origin: 'crm',
          },
        },
      ],
    });
  });

  test('tells all that was told, and of the message its fingerprint alone', () => {
    const reported = {
      sender: '1',
      code: 131_026,
      messageCategory: 'marketing',
      inboundType: 'text',
      ttlSeconds: 60,
      observer: 'agent 7',
      saw: 'a grey silhouette',
    } as const;
    const baseline = { at: '2026-10-01T10:00:00+02:00', saw: 'a beach' };
    expect(dataOf(line({ ...reported, messageRef: 'wamid.1', baseline }))).toStrictEqual({
      contactId,
      kind: 'message-failed',
      occurredAt: '2026-11-02T08:00:00.000Z',
      origin: 'agent',
      messageRef: 'mr demo | wamid.1',
      baseline: { at: '2026-10-01T08:00:00.000Z', saw: 'a beach' },
      ...reported,
    });
  });

  test('came from an agent where somebody looked, and from an import where it was imported', () => {
    const observer = 'agent 7';
    expect(dataOf(line())).toMatchObject({ origin: 'crm' });
    expect(dataOf(line({ observer }))).toMatchObject({ origin: 'agent' });
    expect(dataOf(line({ observer }), 'import')).toMatchObject({ origin: 'crm-import' });
    expect(dataOf(line(), 'import')).toMatchObject({ origin: 'crm-import' });
  });
});

describe('what a person saw', () => {
  const sights: Record<HumanKind, string> = {
    'photo-seen': 'a profile photo',
    'photo-missing': 'no profile photo',
    'presence-seen': 'online, or a time last seen',
    'presence-missing': 'neither online nor a time last seen',
    'group-receipt-missing': 'no receipt in the shared group',
    'group-add-accepted': 'could be added to a group',
    'group-add-refused': 'could not be added to a group',
  };

  test.each(humanKinds)('is said by the kind %s, where the line does not', (kind) => {
    expect(dataOf(line({ kind, observer: 'agent 7' }))).toMatchObject({ saw: sights[kind] });
    expect(dataOf(line({ kind, observer: 'agent 7', saw: 'a beach' }))).toMatchObject({
      saw: 'a beach',
    });
  });
});

describe('a line about the sender', () => {
  test('is one fact of the sender’s stream, by its id, and says nothing that was not told', () => {
    const given = line({
      kind: 'template-status-changed',
      template: 'hello',
      state: 'PAUSED',
      previousState: 'ACTIVE',
      wabaId: '2',
    });
    expect(facts.ofSender('demo', given)).toStrictEqual({
      stream: 'sender-demo',
      expected: 'any',
      context: { tenantId: 'demo', subject: 'demo' },
      events: [
        {
          id: 'demo | crm-line | l-1',
          type: 'SenderSignalRecorded',
          time: '2026-11-02T08:00:00.000Z',
          data: {
            tenantId: 'demo',
            kind: 'template-status-changed',
            occurredAt: '2026-11-02T08:00:00.000Z',
            wabaId: '2',
            template: 'hello',
            state: 'PAUSED',
            previousState: 'ACTIVE',
          },
        },
      ],
    });
  });
});
