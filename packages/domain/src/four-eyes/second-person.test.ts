import { describe, expect, test } from '@jest/globals';
import { type Eyes, type SecondLook, secondLookRefusal } from './second-person.ts';

const ines: Eyes = { staffId: 'st_1', keyId: 'ak_1', name: 'Inès Martin' };
const inesElsewhere: Eyes = { staffId: 'st_1', keyId: 'ak_2', name: 'I. Martin' };
const karim: Eyes = { staffId: 'st_2', keyId: 'ak_3', name: 'Karim Benali' };
const program: Eyes = { keyId: 'ak_8', name: 'Somebody' };
const otherProgram: Eyes = { keyId: 'ak_9', name: 'Somebody Else' };

const proposedAt = '2026-11-27T10:00:00.000Z';
const look = (proposedBy: Eyes, approvedBy: Eyes, more: Partial<SecondLook> = {}) =>
  secondLookRefusal({
    proposedBy,
    approvedBy,
    hasStaff: true,
    proposedAt,
    now: proposedAt,
    ...more,
  });

describe('where the tenant has staff', () => {
  test('another person agrees, also under the name of the first, whom only their names have in common', () => {
    expect(look(ines, karim)).toBeUndefined();
    expect(look(ines, { ...karim, name: ines.name })).toBeUndefined();
  });

  test('two keys of one person are one', () => {
    expect(look(ines, inesElsewhere)).toBe('same-person');
  });

  test('one key in two hands is two people', () => {
    expect(look(ines, { ...karim, keyId: ines.keyId })).toBeUndefined();
  });

  test('a key of nobody neither agrees nor proposes', () => {
    expect(look(program, karim)).toBe('not-a-person');
    expect(look(ines, program)).toBe('not-a-person');
    expect(look(otherProgram, program)).toBe('not-a-person');
    expect(look(program, program)).toBe('not-a-person');
  });
});

test.each(['Some body', 'Somebody.', 'S.omebody 2', 'sömebody', '...'])(
  '%s is no other name: letters alone are compared',
  (name) => {
    const again = { ...program, keyId: 'ak_7', name };
    expect(look(program, again, { hasStaff: false })).toBe('same-name');
  },
);

describe('where the tenant has no staff', () => {
  const bare = { hasStaff: false };

  test('two keys and two names are two people', () => {
    expect(look(program, otherProgram, bare)).toBeUndefined();
    expect(look(program, { ...otherProgram, keyId: program.keyId }, bare)).toBe('same-key');
  });

  test.each(['Somebody', ' somebody ', 'SOMEBODY', 'Ｓomebody'])(
    '%s is the first name again',
    (name) => {
      expect(look(program, { ...otherProgram, name }, bare)).toBe('same-name');
    },
  );

  test('what somebody proposed who was dismissed since, another key agrees to under another name', () => {
    expect(look(ines, program, bare)).toBeUndefined();
    expect(look(ines, { ...program, name: ines.name }, bare)).toBe('same-name');
  });
});

test('a proposal is open for 72 hours and not a millisecond more', () => {
  expect(look(ines, karim, { now: '2026-11-30T10:00:00.000Z' })).toBeUndefined();
  expect(look(ines, karim, { now: '2026-11-30T10:00:00.001Z' })).toBe('expired');
});

test('agreed to is what was seen', () => {
  expect(look(ines, karim, { content: { proposed: 'a', seen: 'a' } })).toBeUndefined();
  expect(look(ines, karim, { content: { proposed: 'a', seen: 'b' } })).toBe('changed');
});

test('who may not agree is told that, before how old or how changed it is', () => {
  const late = { now: '2027-01-01T00:00:00.000Z', content: { proposed: 'a', seen: 'b' } };
  expect(look(ines, inesElsewhere, late)).toBe('same-person');
  expect(look(ines, karim, late)).toBe('expired');
});
