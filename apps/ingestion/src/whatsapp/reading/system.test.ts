import { describe, expect, test } from '@jest/globals';
import { readSystem } from './system.ts';

const [old, next] = ['33639980609', '33639983609'];
const change = (system: object, named: object = { from: old }) =>
  readSystem({ id: 'wamid.1', type: 'system', timestamp: '1793606409', ...named, system });
const moved = {
  because: 'number-changed',
  previous: { phone: `+${old}` },
  current: { phone: `+${next}` },
};

describe('a change of number, in every spelling seen', () => {
  test.each([
    [
      'with direction marks',
      {
        type: 'user_changed_number',
        wa_id: next,
        body: `User A changed from \u200e${old} to ${next}\u200e`,
      },
    ],
    [
      'by the former type',
      { type: 'customer_changed_number', wa_id: next, customer: old, body: 'User B changed' },
    ],
    ['by new_wa_id', { type: 'user_changed_number', new_wa_id: next, body: 'User C changed' }],
    [
      'by new_wa_id, a number',
      { type: 'customer_changed_number', new_wa_id: Number(next), wa_id: old },
    ],
    [
      'by its sentence alone',
      { type: 'user_changed_number', body: `L’utilisateur A est passé de ${old} à ${next}` },
    ],
    [
      'in Arabic, with its digits',
      {
        type: 'user_changed_number',
        body: `تغير رقم المستخدم من \u200f٣٣٦٣٩٩٨٠٦٠٩\u200f إلى \u200f٣٣٦٣٩٩٨٣٦٠٩`,
      },
    ],
    [
      'with spaces and signs',
      { type: 'user_changed_number', body: 'Von +33 6 39 98 06 09 zu +33 (6) 39-98-36-09' },
    ],
  ])('%s', (_, system) => {
    expect(change(system)).toMatchObject(moved);
  });

  test('where no sender is named', () => {
    expect(
      change({ type: 'customer_changed_number', wa_id: next, customer: old }, {}),
    ).toMatchObject(moved);
    expect(
      change({ type: 'user_changed_number', wa_id: next, body: `from ${old} to ${next}` }, {}),
    ).toMatchObject(moved);
  });

  test('with the ids before and after', () => {
    const ids = {
      user_id: 'FR.2',
      previous_user_id: 'FR.1',
      parent_user_id: 'FR.ENT.2',
      previous_parent_user_id: 'FR.ENT.1',
    };
    expect(change({ type: 'user_changed_number', wa_id: next, ...ids })).toMatchObject({
      previous: { phone: `+${old}`, bsuid: 'FR.1', parentBsuid: 'FR.ENT.1' },
      current: { phone: `+${next}`, bsuid: 'FR.2', parentBsuid: 'FR.ENT.2' },
    });
  });
});

describe('a change of id', () => {
  test.each([
    ['by its field', { user_id: 'FR.2', previous_user_id: 'FR.1' }, {}],
    ['by the sender', { user_id: 'FR.2' }, { from_user_id: 'FR.1' }],
    [
      'by a sentence from right to left',
      { user_id: 'FR.2', body: 'تغير من \u200fFR.1\u200f إلى FR.2' },
      {},
    ],
  ])('%s', (_, system, named) => {
    expect(change({ type: 'user_changed_user_id', ...system }, named)).toMatchObject({
      because: 'user-id-changed',
      previous: { bsuid: 'FR.1' },
      current: { bsuid: 'FR.2' },
    });
  });

  test('a number that stays is no new one', () => {
    expect(
      change({ type: 'user_changed_user_id', user_id: 'FR.2', previous_user_id: 'FR.1' }),
    ).toMatchObject({
      previous: { phone: `+${old}`, bsuid: 'FR.1' },
      current: { bsuid: 'FR.2' },
    });
  });
});

test('a name that looks like somebody’s identity takes nobody’s place', () => {
  const body = 'User FR.7 changed from FR.1 to FR.2';
  expect(change({ type: 'user_changed_user_id', user_id: 'FR.2', body }, {})).toBe(
    'person-not-named',
  );
  const numbers = `User 33639989999 changed from ${old} to ${next}`;
  expect(change({ type: 'user_changed_number', wa_id: next, body: numbers }, {})).toBe(
    'person-not-named',
  );
});

test.each([{ type: 'customer_identity_changed' }, { type: 'constructor' }, { type: 7 }, 'x'])(
  '%j is no change',
  (system) => {
    expect(change(system as object)).toBe('message-not-from-contact');
  },
);
