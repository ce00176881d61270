import { describe, expect, test } from '@jest/globals';
import { Channel, erased, Purpose } from '@tact/contracts';
import type { ContactPolicyEvent } from './contact-policy.ts';
import { rememberedRefusal, rememberedResumption } from './remembered-refusals.ts';

const contactId = 'ct_1';
const at = '2026-11-01T00:00:00.000Z';
const withdrawn = (purpose: Purpose, channel: Channel): ContactPolicyEvent => ({
  type: 'ConsentWithdrawn',
  data: { contactId, consentId: 'co_1', purpose, channel, at, proof: {} },
});
const given = (purpose: Purpose, channel: Channel, more: object): ContactPolicyEvent => ({
  type: 'ConsentGiven',
  data: { contactId, consentId: 'co_1', purpose, channel, at, proof: {}, ...more },
});
const witness = { name: 'Inès', method: 'in-person', evidence: 'book' };
const own = ['phone', 'bsuid', 'crmId', 'link'];

describe('what outlives the person’s data', () => {
  test('is what she objected to, under all that is hers alone, else under her address', () => {
    for (const scope of ['everything', 'marketing'] as const) {
      const data = { contactId, scope, ground: 'objection', at } as const;
      expect(rememberedRefusal({ type: 'ContactSuppressed', data })).toEqual({
        scope,
        ground: 'objection',
        channel: 'whatsapp',
        at,
        kinds: [own, ['email']],
      });
    }
  });

  test.each<[Channel, readonly string[]]>([
    ['whatsapp', ['phone', 'bsuid']],
    ['email', ['email']],
    ['phone', ['phone']],
    ['post', own],
    ['social', own],
  ])('is that she withdrew from promotions on %s, under %j', (channel, kinds) => {
    expect(rememberedRefusal(withdrawn('marketing', channel))).toEqual({
      scope: 'marketing',
      ground: 'marketing-preference',
      channel,
      at,
      kinds: [kinds, []],
    });
  });

  test('is no other withdrawal, no agreement, and nothing that cannot be read', () => {
    for (const purpose of Purpose.options) {
      if (purpose === 'marketing') continue;
      expect(rememberedRefusal(withdrawn(purpose, 'email'))).toBeUndefined();
    }
    const { data } = withdrawn('marketing', 'email') as Extract<
      ContactPolicyEvent,
      { type: 'ConsentWithdrawn' }
    >;
    expect(rememberedRefusal({ type: 'ConsentGiven', data })).toBeUndefined();
    const gone = {
      contactId,
      scope: 'everything',
      ground: 'objection',
      at: erased as never,
    } as const;
    expect(rememberedRefusal({ type: 'ContactSuppressed', data: gone })).toBeUndefined();
  });
});

describe('what outlives it of a later word of her own', () => {
  const lift = { contactId, scope: 'everything', ground: 'start-word', at } as const;

  test.each([
    [{ channel: 'phone' }, 'phone'],
    // Before there were channels there was one.
    [{}, 'whatsapp'],
  ] as const)('is that she asked to hear from us again (%j)', (where, channel) => {
    const event = { type: 'SuppressionLifted', data: { ...lift, ...where } } as const;
    expect(rememberedResumption(event)).toEqual({
      scope: 'everything',
      ground: 'start-word',
      channel,
      at,
      kinds: [own, ['email']],
    });
    expect(rememberedRefusal(event)).toBeUndefined();
  });

  test.each<[Channel, object, readonly string[]]>([
    ['email', { by: 'person' }, ['email']],
    ['whatsapp', { witness }, ['phone', 'bsuid']],
    ['post', { witness }, own],
  ])('is that she agreed to promotions on %s, %j, under %j', (channel, act, kinds) => {
    expect(rememberedResumption(given('marketing', channel, act))).toEqual({
      scope: 'marketing',
      ground: 'new-consent',
      channel,
      at,
      kinds: [kinds, []],
    });
  });

  test('is no word of others, no other agreement, no refusal, and nothing that cannot be read', () => {
    expect(rememberedResumption(given('marketing', 'email', {}))).toBeUndefined();
    expect(rememberedResumption(given('feedback', 'email', { by: 'person' }))).toBeUndefined();
    expect(rememberedResumption(withdrawn('marketing', 'email'))).toBeUndefined();
    const data = { ...lift, at: erased as never };
    expect(rememberedResumption({ type: 'SuppressionLifted', data })).toBeUndefined();
  });
});
