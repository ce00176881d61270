import {
  Channel,
  type Preferences,
  Purpose,
  type SetPreferencesRequest,
  WallTime,
} from '@tact/contracts';
import { purposes } from '@tact/domain';
import type { FormFields } from '@tact/platform';
import type { FieldError, PageLanguage } from '@tact/platform/pages';
import { words } from './page-words.ts';

/** What a person is written to for: being analysed is agreed to, and no message. */
export const writtenFor = Purpose.options.filter((purpose) => purposes[purpose].isWrittenFor);

export const listOf = (fields: FormFields, name: string): readonly string[] => {
  const value = fields[name] ?? [];
  return typeof value === 'string' ? [value] : value;
};

const textOf = (fields: FormFields, name: string): string => (listOf(fields, name)[0] ?? '').trim();

export type ReadForm =
  | { readonly asked: SetPreferencesRequest }
  | { readonly errors: readonly FieldError[] };

const hoursIn = (fields: FormFields): Preferences['quietHours'] | undefined => {
  const [from, to] = [textOf(fields, 'from'), textOf(fields, 'to')];
  if (from === '' && to === '') return [];
  const isHours = WallTime.safeParse(from).success && WallTime.safeParse(to).success;
  return isHours && from !== to ? [{ from, to }] : undefined;
};

const numberIn = (fields: FormFields): { readonly perDayMax?: number } => {
  const text = textOf(fields, 'perDayMax');
  return /^[0-3]$/.test(text) ? { perDayMax: Number(text) } : {};
};

/** What a form of preferences asks for, all of it as it stands on the page. */
export const readForm = (fields: FormFields, language: PageLanguage): ReadForm => {
  const quietHours = hoursIn(fields);
  if (quietHours === undefined) {
    return { errors: [{ field: 'from', message: words[language].wrongHours }] };
  }
  const channels = Channel.options.filter((one) => listOf(fields, 'channels').includes(one));
  // What is not on the page is not given up by it.
  const others = Purpose.options.filter((one) => !writtenFor.includes(one));
  const chosen = writtenFor.filter((one) => listOf(fields, 'purposes').includes(one));
  const spoken = textOf(fields, 'language');
  return {
    asked: {
      channels,
      purposes: Purpose.options.filter((one) => chosen.includes(one) || others.includes(one)),
      quietHours: [...quietHours],
      ...numberIn(fields),
      ...(spoken === 'fr' || spoken === 'en' ? { language: spoken } : {}),
    },
  };
};
