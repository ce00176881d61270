import type { Naming } from '@tact/contracts';
import { ProblemError } from '../http/problem-error.ts';
import { canonicalIdentities, type CanonicalOptions } from './identity/canonical-identity.ts';
import { phoneCountryOf } from './identity/phone-country.ts';
import { InvalidIdentity } from './refusals.ts';
import type { Vault } from './vault.ts';

const several =
  'More than one contact is known by this name, so it names none. Name the contact by contactId, crmId, link, phone or bsuid.';

/** The ISO 3166 code that a tenant's national phones are read by. */
export type CountriesOfTenants = {
  countryOf(tenantId: string): Promise<string | undefined>;
};

/** Why a name is none: a national number without a country, say. It never holds the name. */
const refusalOf = ({ contact }: Naming, options: CanonicalOptions): InvalidIdentity | undefined => {
  if (contact === undefined) return undefined;
  try {
    canonicalIdentities(contact, options);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidIdentity) return error;
    throw error;
  }
};

/** Whom a body names: by the same rules in every service, for callers cannot know which of them answers. */
export class NamedContacts {
  readonly #vault: Pick<Vault, 'everybodyMany'>;
  readonly #countries: CountriesOfTenants;

  constructor(vault: Pick<Vault, 'everybodyMany'>, countries: CountriesOfTenants) {
    this.#vault = vault;
    this.#countries = countries;
  }

  /**
   * The contact id, to be judged by the caller like any other one. A name by which nobody is known answers as an unknown
   * id does. Throws a problem where the name is none, and where it is several people's.
   */
  async idOf(tenantId: string, naming: Naming): Promise<string> {
    const [refused] = await this.refusalsOf(tenantId, [naming]);
    if (refused !== undefined) {
      throw new ProblemError(refused.isWellFormed ? 'unprocessable' : 'validation-failed', {
        errors: [{ pointer: `/contact/${refused.kind}`, message: refused.message }],
      });
    }
    const [owners = []] = await this.#ownersOf(tenantId, [naming]);
    const [id] = owners;
    if (id === undefined) throw new ProblemError('not-found');
    if (owners.length > 1) throw new ProblemError('unprocessable', { detail: several });
    return id;
  }

  /** The same for many, in the order asked and in one query; undefined where nobody has the name, or several have. */
  async idsOf(tenantId: string, namings: readonly Naming[]): Promise<(string | undefined)[]> {
    const owners = await this.#ownersOf(tenantId, namings);
    return owners.map((own) => (own.length > 1 ? undefined : own[0]));
  }

  /** Why each name is none, in the order asked; undefined where it is one. */
  async refusalsOf(
    tenantId: string,
    namings: readonly Naming[],
  ): Promise<readonly (InvalidIdentity | undefined)[]> {
    const options = await this.#optionsOf(tenantId);
    return namings.map((naming) => refusalOf(naming, options));
  }

  async #ownersOf(
    tenantId: string,
    namings: readonly Naming[],
  ): Promise<readonly (readonly string[])[]> {
    const names = namings.map(({ contact }) => contact ?? {});
    const isAsked = namings.some(({ contact }) => contact !== undefined);
    const owners = isAsked
      ? await this.#vault.everybodyMany(tenantId, names, await this.#optionsOf(tenantId))
      : [];
    return namings.map(({ contactId }, nth) =>
      contactId === undefined ? (owners[nth] ?? []) : [contactId],
    );
  }

  async #optionsOf(tenantId: string): Promise<CanonicalOptions> {
    const country = await this.#countries.countryOf(tenantId);
    const known = country === undefined ? undefined : phoneCountryOf(country);
    return known === undefined ? {} : { defaultCountry: known };
  }
}
