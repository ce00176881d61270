import type { CountryCode } from 'libphonenumber-js/max';

/** ISO 3166 code of the country that national numbers are read in, e.g. `FR`. */
export type PhoneCountry = CountryCode;
