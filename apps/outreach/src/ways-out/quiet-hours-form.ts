import type { Preferences } from '@tact/contracts';
import type { FormFields } from '@tact/platform';
import type { FieldError, PageLanguage } from '@tact/platform/pages';
import { words } from './page-words.ts';

type Hours = NonNullable<Preferences['quietHours']>[number];

/** Two times as they were typed, or as they stand. */
export type TypedHours = { readonly from: string; readonly to: string };

/** What a person types of a time, at most. */
const TYPED_LENGTH_MAX = 20;
/** As many as are kept of one person. */
const WINDOWS_MAX = 100;

const textOf = (fields: FormFields, name: string): string => {
  const value = fields[name] ?? '';
  return (typeof value === 'string' ? value : (value[0] ?? '')).trim().slice(0, TYPED_LENGTH_MAX);
};

/** Name of a field of one of several windows, counted from 0. */
export const hoursField = (end: 'from' | 'to', nth: number): string =>
  nth === 0 ? end : `${end}-${nth + 1}`;

const namedTimes: Readonly<Record<string, string>> = {
  midi: '12:00',
  noon: '12:00',
  minuit: '00:00',
  midnight: '00:00',
};
const clock = /^(\d{1,2})(?:\s*[:.h]\s*(\d{2})?)?$/;
const halfDays = /^(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?\s*m\.?$/;

const timeOf = (hour: number, minutes: number): string | undefined => {
  if (hour > 24 || minutes > 59 || (hour === 24 && minutes > 0)) return undefined;
  return `${String(hour % 24).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
};

const timeOfHalf = ([, typed, minutes = '0', half]: RegExpExecArray): string | undefined => {
  const hour = Number(typed);
  if (hour < 1 || hour > 12) return undefined;
  return timeOf((hour % 12) + (half === 'p' ? 12 : 0), Number(minutes));
};

/** A time as people write one: 20:00, 9:00, 20h, 20 h 30, 8 pm, midi; undefined for anything else. */
export const wallTimeOf = (typed: string): string | undefined => {
  const text = typed.trim().toLowerCase();
  if (Object.hasOwn(namedTimes, text)) return namedTimes[text];
  const half = halfDays.exec(text);
  if (half !== null) return timeOfHalf(half);
  const [isTime, hour, minutes = '0'] = clock.exec(text) ?? [];
  return isTime === undefined ? undefined : timeOf(Number(hour), Number(minutes));
};

/** Every pair of times that the form has. */
export const typedHours = (fields: FormFields): readonly TypedHours[] =>
  Array.from({ length: WINDOWS_MAX }, (_, nth) => ({
    nth,
    names: [hoursField('from', nth), hoursField('to', nth)] as const,
  }))
    .filter(({ names }) => names.some((name) => fields[name] !== undefined))
    .map(({ names: [from, to] }) => ({ from: textOf(fields, from), to: textOf(fields, to) }));

/** How a page names the windows that it shows. */
export const shownAs = ({ from, to }: TypedHours): string => `${from}-${to}`;

type Read = { readonly hours?: Hours; readonly errors: readonly FieldError[] };

type Place = {
  readonly nth: number;
  readonly shown: readonly string[];
  readonly language: PageLanguage;
};

const readPair = (typed: TypedHours, { nth, shown, language }: Place): Read => {
  const { from, to } = typed;
  if (from === '' && to === '') return { errors: [] };
  // Of what was not touched nothing is wrong: quiet all day is one time, twice.
  if (shown.includes(shownAs(typed))) return { hours: { from, to }, errors: [] };
  const said = words[language];
  const ends = [
    ['from', from],
    ['to', to],
  ] as const;
  const errors = ends
    .filter(([, text]) => wallTimeOf(text) === undefined)
    .map(([end, text]) => ({
      field: hoursField(end, nth),
      message: text === '' ? said.missingHour : said.wrongHour,
    }));
  if (errors.length > 0) return { errors };
  const hours = { from: wallTimeOf(from) ?? '', to: wallTimeOf(to) ?? '' };
  if (hours.from !== hours.to) return { hours, errors: [] };
  return { errors: [{ field: hoursField('to', nth), message: said.sameHours }] };
};

/** The hours that are asked for: what is typed, and of what stands all that the page did not show. */
export const readHours = (
  { fields, shown }: { readonly fields: FormFields; readonly shown: readonly string[] },
  standing: readonly Hours[],
  language: PageLanguage,
): { readonly hours: Hours[]; readonly errors: readonly FieldError[] } => {
  const read = typedHours(fields).map((pair, nth) => readPair(pair, { nth, shown, language }));
  const unseen = standing.filter((one) => !shown.includes(shownAs(one)));
  const hours = [...unseen, ...read.flatMap((one) => one.hours ?? [])];
  const errors = read.flatMap((one) => one.errors);
  return hours.length <= WINDOWS_MAX
    ? { hours, errors }
    : { hours, errors: [{ field: 'from', message: words[language].tooMany }] };
};
