import { Channel, type Preferences, Purpose, type SetPreferencesRequest } from '@tact/contracts';
import { currentPolicy, purposes } from '@tact/domain';
import type { FormFields } from '@tact/platform';
import type { FieldError, PageLanguage } from '@tact/platform/pages';
import { words } from './page-words.ts';
import { readHours, shownAs, type TypedHours, typedHours } from './quiet-hours-form.ts';

/** What a person is written to for: being analysed is agreed to, and no message. */
export const writtenFor = Purpose.options.filter((purpose) => purposes[purpose].isWrittenFor);

const listOf = (fields: FormFields, name: string): readonly string[] => {
  const value = fields[name] ?? [];
  return typeof value === 'string' ? [value] : value;
};

const textOf = (fields: FormFields, name: string): string => (listOf(fields, name)[0] ?? '').trim();

/** What stands in the fields of the form. */
export type FormValues = {
  readonly channels: readonly string[];
  readonly purposes: readonly string[];
  readonly hours: readonly TypedHours[];
  /** The windows that stood when the page was drawn: others are not the form's to change. */
  readonly shown: readonly string[];
  readonly perDayMax: string;
  /** Empty where none was ever said. */
  readonly language: string;
};

const { messagesPerDayMax } = currentPolicy;

/** How many messages a day can be chosen; the last one is what the policy allows anyhow. */
export const perDayChoices: readonly number[] = Array.from(
  { length: messagesPerDayMax + 1 },
  (_, count) => count,
);

/** The form as it stands for a person. */
export const standingValues = (standing: Preferences): FormValues => {
  const { quietHours = [], perDayMax = messagesPerDayMax, language = '' } = standing;
  return {
    channels: standing.channels ?? Channel.options,
    purposes: (standing.purposes ?? writtenFor).filter((one) => writtenFor.includes(one)),
    hours: quietHours,
    shown: quietHours.map(shownAs),
    perDayMax: String(perDayMax),
    language,
  };
};

/** The form as it was sent: shown again where something in it is wrong. */
export const sentValues = (fields: FormFields): FormValues => ({
  channels: listOf(fields, 'channels'),
  purposes: listOf(fields, 'purposes'),
  hours: typedHours(fields).filter(({ from, to }) => from !== '' || to !== ''),
  shown: listOf(fields, 'shown'),
  perDayMax: textOf(fields, 'perDayMax'),
  language: textOf(fields, 'language'),
});

export type ReadForm =
  | { readonly asked: SetPreferencesRequest }
  | { readonly errors: readonly FieldError[] };

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((value) => other.includes(value));

/** What is not on the page is neither given up nor taken back by it. */
const chosenPurposes = (sent: FormValues, standing: Preferences): Purpose[] =>
  Purpose.options.filter((one) =>
    writtenFor.includes(one)
      ? sent.purposes.includes(one)
      : (standing.purposes ?? Purpose.options).includes(one),
  );

const isLanguage = (text: string): text is 'fr' | 'en' => text === 'fr' || text === 'en';

/** What differs from what stands: what was not touched stays as it is. */
const changesIn = (
  sent: FormValues,
  hours: SetPreferencesRequest['quietHours'] & {},
  standing: Preferences,
): SetPreferencesRequest => {
  const stands = standingValues(standing);
  const channels = Channel.options.filter((one) => sent.channels.includes(one));
  const chosen = writtenFor.filter((one) => sent.purposes.includes(one));
  const isSameHours = isSame(hours.map(shownAs), stands.shown);
  const isSameNumber = sent.perDayMax === '' || sent.perDayMax === stands.perDayMax;
  return {
    ...(isSame(channels, stands.channels) ? {} : { channels }),
    ...(isSame(chosen, stands.purposes) ? {} : { purposes: chosenPurposes(sent, standing) }),
    ...(isSameHours ? {} : { quietHours: hours }),
    ...(isSameNumber ? {} : { perDayMax: Number(sent.perDayMax) }),
    ...(isLanguage(sent.language) ? { language: sent.language } : {}),
  };
};

/** What a form of preferences asks for, or what is wrong with it. */
export const readForm = (
  fields: FormFields,
  standing: Preferences,
  language: PageLanguage,
): ReadForm => {
  const sent = sentValues(fields);
  const { quietHours = [] } = standing;
  const { hours, errors } = readHours({ fields, shown: sent.shown }, quietHours, language);
  const isNumber = sent.perDayMax === '' || perDayChoices.map(String).includes(sent.perDayMax);
  const wrong = isNumber
    ? errors
    : [...errors, { field: 'perDayMax', message: words[language].wrongNumber }];
  return wrong.length > 0 ? { errors: wrong } : { asked: changesIn(sent, hours, standing) };
};
