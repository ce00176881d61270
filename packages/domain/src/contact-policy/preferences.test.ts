import { describe, expect, test } from '@jest/globals';
import { erased, type Preferences } from '@tact/contracts';
import { contactPolicyDecider as decider, type ContactPolicyCommand } from './contact-policy.ts';
import type { ContactPolicyState } from './policy-state.ts';
import {
  preferenceRefusals,
  preferencesAfter,
  readablePreferences,
  stricterPreferences,
} from './preferences.ts';
import { carriedOf, stateTakenOver } from './taken-over.ts';

const contactId = 'ct_00000000000000000000000000000000';
const at = '2026-11-30T10:00:00.000Z';
const fields = (
  asked: Preferences,
  standing: Preferences,
  by: 'person' | 'business' = 'business',
) => preferenceRefusals(asked, standing, by).map(({ pointer }) => pointer);

const standing: Preferences = {
  channels: ['whatsapp', 'email'],
  purposes: ['marketing'],
  quietHours: [{ from: '21:00', to: '08:00' }],
  perDayMax: 2,
  language: 'fr',
};
const night = { from: '20:00', to: '09:00' };

describe('a business only takes away', () => {
  test.each<[string, Preferences, Preferences]>([
    ['anything of somebody who never said', { channels: ['post'], perDayMax: 3 }, {}],
    ['nothing', {}, standing],
    ['a channel less', { channels: ['email'] }, standing],
    ['no channel', { channels: [], purposes: [] }, standing],
    ['the same', standing, standing],
    ['longer quiet', { quietHours: [night] }, standing],
    ['fewer a day', { perDayMax: 0 }, standing],
    ['another language', { language: 'en' }, standing],
  ])('%s', (_, asked, stands) => {
    expect(fields(asked, stands)).toEqual([]);
  });

  test.each<[string, Preferences, string]>([
    ['a channel', { channels: ['email', 'post'] }, '/channels'],
    ['a purpose', { purposes: ['marketing', 'feedback'] }, '/purposes'],
    ['an hour', { quietHours: [{ from: '22:00', to: '08:00' }] }, '/quietHours'],
    ['every hour', { quietHours: [] }, '/quietHours'],
    ['a message more', { perDayMax: 3 }, '/perDayMax'],
  ])('and never gives back %s', (_, asked, pointer) => {
    expect(fields(asked, standing)).toEqual([pointer]);
    expect(fields(asked, standing, 'person')).toEqual([]);
    const [refusal] = preferenceRefusals(asked, standing, 'business');
    expect(refusal?.message).toMatch(/^Only the person /);
  });

  test('nobody asks for more than the policy allows', () => {
    for (const by of ['person', 'business'] as const) {
      expect(preferenceRefusals({ perDayMax: 4 }, {}, by)).toEqual([
        { pointer: '/perDayMax', message: 'The policy allows 3 at most.' },
      ]);
      expect(fields({ perDayMax: 3 }, {}, by)).toEqual([]);
    }
  });
});

describe('what stands afterwards', () => {
  test('is what was asked for, and of the rest what stood', () => {
    expect(preferencesAfter(standing, { perDayMax: 1, channels: ['email'] })).toEqual({
      ...standing,
      channels: ['email'],
      perDayMax: 1,
    });
    expect(preferencesAfter({}, {})).toEqual({});
  });

  test('is written in one way, however it was asked', () => {
    const asked: Preferences = {
      channels: ['post', 'whatsapp'],
      purposes: ['feedback', 'marketing'],
      quietHours: [
        { from: '22:00', to: '08:00' },
        { from: '20:00', to: '23:00' },
      ],
    };
    expect(preferencesAfter({}, asked)).toEqual({
      channels: ['whatsapp', 'post'],
      purposes: ['marketing', 'feedback'],
      quietHours: [{ from: '20:00', to: '08:00' }],
    });
  });

  test('of an erased person is what can be read', () => {
    const event = { ...standing, quietHours: erased as never, language: erased as never };
    expect(readablePreferences(event)).toEqual({
      channels: ['whatsapp', 'email'],
      purposes: ['marketing'],
      perDayMax: 2,
    });
    expect(readablePreferences(standing)).toEqual(standing);
    expect(readablePreferences({})).toEqual({});
  });
});

describe('of two contacts that are one person', () => {
  test('what both want, quiet where either is, the lower number', () => {
    const other: Preferences = {
      channels: ['email', 'post'],
      purposes: ['feedback'],
      quietHours: [{ from: '12:00', to: '14:00' }],
      perDayMax: 1,
      language: 'en',
    };
    expect(stricterPreferences(standing, other)).toEqual({
      channels: ['email'],
      purposes: [],
      quietHours: [
        { from: '12:00', to: '14:00' },
        { from: '21:00', to: '08:00' },
      ],
      perDayMax: 1,
      language: 'fr',
    });
  });

  test('of one who never said, all of the other', () => {
    expect(stricterPreferences(standing, {})).toEqual(standing);
    expect(stricterPreferences({}, standing)).toEqual(standing);
    expect(stricterPreferences({}, {})).toEqual({});
    expect(stricterPreferences({ perDayMax: 1 }, { perDayMax: 2 })).toEqual({ perDayMax: 1 });
  });
});

const through = `ad_${'1'.repeat(40)}`;
const set = (asked: Preferences, by: 'person' | 'business' = 'business'): ContactPolicyCommand => ({
  kind: 'set-preferences',
  contactId,
  ...asked,
  by,
  through,
  at,
});
const given = (...commands: readonly ContactPolicyCommand[]): ContactPolicyState =>
  commands.reduce(
    (state, command) => decider.decide(command, state).reduce(decider.evolve, state),
    decider.initial(),
  );

describe('in the ledger', () => {
  test('what is asked for stands with who said so, and is told once', () => {
    const state = given(set({ channels: ['email'], language: 'fr' }));
    expect(state.preferences).toEqual({
      channels: ['email'],
      language: 'fr',
      by: 'business',
      through,
      at,
    });
    expect(decider.decide(set({ channels: ['email'] }), state)).toEqual([]);
    expect(decider.decide(set({}), decider.initial())).toEqual([]);
  });

  test('what is not taken is no event, and the person takes it back', () => {
    const state = given(set({ channels: ['email'] }));
    expect(decider.decide(set({ channels: ['whatsapp'] }), state)).toEqual([]);
    const [event] = decider.decide(set({ channels: ['whatsapp', 'email'] }, 'person'), state);
    expect(event).toEqual({
      type: 'PreferencesSet',
      data: { contactId, channels: ['whatsapp', 'email'], by: 'person', through, at },
    });
  });

  test('goes with the person where one contact takes over another', () => {
    const carried = carriedOf(given(set(standing)));
    expect(carried.preferences).toEqual({ ...standing, through });
    expect(carriedOf(decider.initial())).not.toHaveProperty('preferences');
    expect(stateTakenOver(carried).preferences).toEqual({ ...standing, through });
    const takeOver = {
      contactId,
      otherContactId: `ct_${'1'.repeat(32)}`,
      because: 'merge' as const,
      at,
    };
    const joined = given(set({ perDayMax: 1 }), {
      kind: 'take-over',
      ...takeOver,
      ...carried,
    } as const);
    expect(joined.preferences).toEqual({ ...standing, perDayMax: 1, by: 'business', through, at });
    const alone = { suppressions: [], consents: [], messages: [] };
    const none = given({ kind: 'take-over', ...takeOver, ...alone } as const);
    expect(none).not.toHaveProperty('preferences');
  });
});

describe('a decision', () => {
  const agreed: readonly ContactPolicyCommand[] = (['marketing', 'service-message'] as const).map(
    (purpose) => ({
      kind: 'give-consent',
      contactId,
      consentId: 'co_00000000000000000000000000000000',
      purpose,
      channel: 'whatsapp',
      at: '2026-01-01T00:00:00.000Z',
      proof: { source: 'form' },
    }),
  );
  const inParis: ContactPolicyCommand = {
    kind: 'set-time-zone',
    contactId,
    timeZone: 'Europe/Paris',
  };
  const decided = (
    commands: readonly ContactPolicyCommand[],
    {
      now = at,
      purpose = 'marketing',
    }: { readonly now?: string; readonly purpose?: 'marketing' | 'service-message' } = {},
  ) => {
    const ask = {
      contactId,
      decisionId: 'de_00000000000000000000000000000000',
      channel: 'whatsapp',
    };
    const command = { kind: 'decide-contact', ...ask, purpose, reserve: true, now: new Date(now) };
    const [event] = decider.decide(command as ContactPolicyCommand, given(...agreed, ...commands));
    if (event?.type !== 'ContactAllowed' && event?.type !== 'ContactDenied')
      throw new Error('none');
    const { nextAllowedAt } = event.data as { nextAllowedAt?: string };
    return [event.data.reasons, nextAllowedAt];
  };

  test('honours the channels and the purposes', () => {
    expect(decided([inParis, set({ channels: ['whatsapp'], purposes: ['marketing'] })])).toEqual([
      ['allowed'],
      undefined,
    ]);
    expect(decided([inParis, set({ channels: ['email'] })])).toEqual([
      ['channel-unwanted'],
      undefined,
    ]);
    expect(decided([inParis, set({ purposes: ['feedback'] })])).toEqual([
      ['purpose-unwanted'],
      undefined,
    ]);
  });

  test('waits for the end of quiet hours, whatever it is for', () => {
    const quiet = [inParis, set({ quietHours: [{ from: '10:00', to: '12:30' }] })];
    for (const purpose of ['marketing', 'service-message'] as const) {
      expect(decided(quiet, { purpose })).toEqual([['quiet-hours'], '2026-11-30T11:30:00.000Z']);
      expect(decided(quiet, { purpose, now: '2026-11-30T11:30:00.000Z' })).toEqual([
        ['allowed'],
        undefined,
      ]);
    }
  });

  test('has no time to try again where it is always quiet, or nothing is wanted a day', () => {
    const always = { from: '00:00', to: '12:00' };
    const other = { from: '12:00', to: '00:00' };
    expect(decided([inParis, set({ quietHours: [always, other] })])).toEqual([
      ['quiet-hours'],
      undefined,
    ]);
    expect(decided([inParis, set({ perDayMax: 0 })])).toEqual([
      ['pressure-cap-reached'],
      undefined,
    ]);
  });

  test('is refused where nobody knows by which clock it is quiet', () => {
    expect(decided([set({ quietHours: [{ from: '10:00', to: '12:30' }] })])).toEqual([
      ['time-zone-unknown'],
      undefined,
    ]);
  });

  test('counts against the lower number, and never against a higher one', () => {
    const one: ContactPolicyCommand = {
      kind: 'count-outbound',
      contactId,
      at: '2026-11-30T09:00:00.000Z',
    };
    expect(decided([inParis, set({ perDayMax: 1 }), one])).toEqual([
      ['pressure-cap-reached'],
      '2026-12-01T09:00:00.000Z',
    ]);
    expect(decided([inParis, set({ perDayMax: 2 }), one])).toEqual([['allowed'], undefined]);
    expect(decided([inParis, set({ perDayMax: 3 }), one, one, one])[0]).toEqual([
      'pressure-cap-reached',
    ]);
  });
});
