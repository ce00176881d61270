import type { Needle, NeedleKind } from '@tact/contracts';

/** How a person's identity may be written, before any encoding: a name for the report, and the text. */
export type Form = readonly [name: string, text: string];

const escaped = (text: string): string =>
  text.replaceAll(
    /[^\x20-\x7E]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Country calling codes by whose length the national number is cut; others are cut to their last nine digits. */
const france = '33';
const NATIONAL_DIGITS = 9;

const grouped = (digits: string, size: number, separator: string): string => {
  const head = digits.length % size;
  const groups = head === 0 ? [] : [digits.slice(0, head)];
  for (let at = head; at < digits.length; at += size) groups.push(digits.slice(at, at + size));
  return groups.join(separator);
};

const separators = [
  ['spaced', ' '],
  ['dotted', '.'],
  ['dashed', '-'],
] as const;

const phoneForms = (value: string): Form[] => {
  const digits = value.replaceAll(/\D/g, '').replace(/^00/, '');
  const significant = digits.slice(-NATIONAL_DIGITS);
  const code = digits.slice(0, -NATIONAL_DIGITS);
  const national = `0${significant}`;
  return [
    ['E.164', `+${digits}`],
    ['no plus', digits],
    ['00', `00${digits}`],
    ['national', national],
    ['significant digits', significant],
    ['%2B', `%2B${digits}`],
    ['\\u002b', `\\u002b${digits}`],
    ...separators.flatMap(([name, separator]): Form[] => [
      [`${name} pairs`, grouped(national, 2, separator)],
      [`${name} threes`, grouped(significant, 3, separator)],
      [`${name} with country`, `+${code}${separator}${grouped(significant, 2, separator)}`],
    ]),
    ...(code === france
      ? []
      : [['threes with country', `+${code} ${grouped(significant, 3, ' ')}`] as const]),
  ];
};

const textForms = (value: string): Form[] => {
  const composed = value.normalize('NFC');
  const forms: Form[] = [
    ['as it is', value],
    ['composed', composed],
    ['decomposed', value.normalize('NFD')],
    ['lower case', composed.toLowerCase()],
    ['upper case', composed.toUpperCase()],
    ['JSON escapes', escaped(JSON.stringify(composed).slice(1, -1))],
    ['URL escapes', encodeURIComponent(composed.toWellFormed())],
    ['form escapes', encodeURIComponent(composed.toWellFormed()).replaceAll('%20', '+')],
  ];
  return forms;
};

const wamidForms = (value: string): Form[] => {
  const body = value.replace(/^wa[mc]id\./, '');
  return [
    ['as it is', value],
    ['without its prefix', body],
    ['without padding', body.replace(/=+$/, '')],
    ['URL-safe', body.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')],
  ];
};

const formsByKind: Record<NeedleKind, (value: string) => Form[]> = {
  phone: phoneForms,
  email: textForms,
  bsuid: textForms,
  'crm-id': textForms,
  wamid: wamidForms,
  name: textForms,
  text: textForms,
};

/** Every way of writing a needle, each text once. */
export const formsOf = ({ kind, value }: Needle): readonly Form[] => {
  const seen = new Set<string>();
  return formsByKind[kind](value).filter(([, text]) => {
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
};
