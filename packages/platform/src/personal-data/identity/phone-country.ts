import { getCountries, type CountryCode } from 'libphonenumber-js/max';

/** ISO 3166 code of the country that national numbers are read in, e.g. `FR`. */
export type PhoneCountry = CountryCode;

/** As people and CRMs write what no list of names has. */
const alsoNamed: Readonly<Record<string, PhoneCountry>> = {
  uk: 'GB',
  'great britain': 'GB',
  england: 'GB',
  usa: 'US',
  'u s a': 'US',
  'u s': 'US',
  'united states of america': 'US',
  'etats unis d amerique': 'US',
  holland: 'NL',
  'czech republic': 'CZ',
  'republique tcheque': 'CZ',
  'ivory coast': 'CI',
  russia: 'RU',
  'south korea': 'KR',
  'coree du sud': 'KR',
  turkey: 'TR',
};

const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z\p{L}\p{N}]+/gu, ' ')
    .trim();

/** The languages of the exports that are read by their headers, and those of their neighbours. */
const exportLanguages = ['en', 'fr', 'es', 'pt', 'de', 'it', 'nl'];

const namesOf = (language: string): [string, PhoneCountry][] => {
  const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
  return getCountries().flatMap((code): [string, PhoneCountry][] => {
    const name = names.of(code);
    return name === undefined ? [] : [[folded(name), code]];
  });
};

let byName: ReadonlyMap<string, PhoneCountry> | undefined;

/** Made when first asked, for it takes some milliseconds and most processes never ask. */
const countriesByName = (): ReadonlyMap<string, PhoneCountry> => {
  byName ??= new Map([
    ...exportLanguages.flatMap(namesOf),
    ...Object.entries(alsoNamed),
    ...getCountries().map((code): [string, PhoneCountry] => [code.toLowerCase(), code]),
  ]);
  return byName;
};

/** The country that a text names by its ISO 3166 code or in words, in any case; undefined where it names none. */
export const phoneCountryOf = (text: string): PhoneCountry | undefined =>
  countriesByName().get(folded(text));
