import { describe, expect, test } from '@jest/globals';
import { Channel, erased, Purpose } from '@tact/contracts';
import type { ContactPolicyEvent } from './contact-policy.ts';
import { rememberedRefusal } from './remembered-refusals.ts';

const contactId = 'ct_1';
const at = '2026-11-01T00:00:00.000Z';
const withdrawn = (purpose: Purpose, channel: Channel): ContactPolicyEvent => ({
  type: 'ConsentWithdrawn',
  data: { contactId, consentId: 'co_1', purpose, channel, at, proof: {} },
});
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
