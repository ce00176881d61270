import type { ConsentLine, ContactLine, SignalLine } from '@tact/contracts';
import { InvalidIdentity, phoneCountryOf, registrableIdentities } from '@tact/platform';
import type { LineErrors } from '../../signals/line-outcomes.ts';

type Line = ContactLine | ConsentLine | SignalLine;

/**
 * The country a row says for its phone, else that of the file. An attribute of that name counts where the file has national
 * phones at all: without `country=` of the file it is one attribute among others.
 */
const countryOf = (line: ContactLine, ofFile: string | undefined): string | undefined => {
  const ofAttributes = ofFile === undefined ? undefined : line.attributes?.['country'];
  const said = [line.country, ofAttributes].find((one) => one !== undefined && one.trim() !== '');
  return said ?? ofFile;
};

/** Throws `InvalidIdentity`. */
const canonicalPhone = (phone: string, country: string | undefined): string | undefined => {
  const defaultCountry = country === undefined ? undefined : phoneCountryOf(country);
  try {
    const options = defaultCountry === undefined ? {} : { defaultCountry };
    return registrableIdentities({ phone }, options).identities.phone;
  } catch (error) {
    const isUnknown = country !== undefined && defaultCountry === undefined;
    if (!isUnknown || !(error instanceof InvalidIdentity)) throw error;
    throw error.reason === 'country-missing'
      ? new InvalidIdentity('phone', 'country-unknown')
      : error;
  }
};

/** The phone of a line in canonical form, or why it is none. Lines that name people by other identities pass as they are. */
export const knownIdentities = <One extends Line>(
  line: One,
  country: string | undefined,
): { readonly line: One } | { readonly errors: LineErrors } => {
  const [parent, named, said] =
    'identities' in line
      ? (['identities', line.identities, countryOf(line, country)] as const)
      : (['contact', line.contact, country] as const);
  if (named?.phone === undefined) return { line };
  try {
    const phone = canonicalPhone(named.phone, said);
    return { line: { ...line, [parent]: { ...named, phone } } };
  } catch (error) {
    if (!(error instanceof InvalidIdentity)) throw error;
    // Left to the registration, which goes on without it where another identity is given.
    if (error.reason === 'placeholder') return { line };
    return { errors: [{ pointer: `/${parent}/phone`, message: error.message }] };
  }
};
