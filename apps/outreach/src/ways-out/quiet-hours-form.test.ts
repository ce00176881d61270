import { expect, test } from '@jest/globals';
import { readHours, wallTimeOf } from './quiet-hours-form.ts';

test.each([
  ['20:00', '20:00'],
  ['9:00', '09:00'],
  ['20h', '20:00'],
  ['20 h 30', '20:30'],
  ['9.15', '09:15'],
  ['7', '07:00'],
  ['8 pm', '20:00'],
  ['12 a.m.', '00:00'],
  ['8:30PM', '20:30'],
  ['24h', '00:00'],
  ['Midi', '12:00'],
])('%s is %s', (typed, time) => {
  expect(wallTimeOf(typed)).toBe(time);
});

test.each(['', 'morning', '25:00', '9:60', '24:30', '13 pm', '0 am', '20:00:00', 'constructor'])(
  '%s is no time',
  (typed) => {
    expect(wallTimeOf(typed)).toBeUndefined();
  },
);

test('what is wrong is said of the field it is in', () => {
  const fields = {
    from: '20:00',
    to: '',
    'from-2': 'soon',
    'to-2': '9h',
    'from-3': '8h',
    'to-3': '8',
  };
  const { errors } = readHours({ fields, shown: [] }, [], 'en');
  expect(errors.map(({ field }) => field)).toEqual(['to', 'from-2', 'to-3']);
});

test('quiet all day long stands as it was shown', () => {
  const day = [{ from: '00:00', to: '00:00' }];
  const read = readHours({ fields: { ...day[0] }, shown: ['00:00-00:00'] }, day, 'fr');
  expect(read).toEqual({ hours: day, errors: [] });
});
