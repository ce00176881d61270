import { Injectable } from '@nestjs/common';
import { type CanonicalOptions, phoneCountryOf, ServiceConfig, Tenants } from '@tact/platform';
import type { ContactSettings } from './settings.ts';

/** How identities are read: as the service is set up, and by the country of the tenant. */
@Injectable()
export class IdentityOptions {
  readonly #refuseFictional: boolean;

  constructor(
    { values }: ServiceConfig<ContactSettings>,
    private readonly tenants: Tenants,
  ) {
    const { FICTIONAL_IDENTITIES, TACT_MODE, TACT_PROFILE } = values;
    const isReal = TACT_MODE === 'server' && TACT_PROFILE === 'production';
    this.#refuseFictional = (FICTIONAL_IDENTITIES ?? (isReal ? 'refuse' : 'keep')) === 'refuse';
  }

  async of(tenantId: string): Promise<CanonicalOptions> {
    const country = await this.tenants.countryOf(tenantId);
    const defaultCountry = country === undefined ? undefined : phoneCountryOf(country);
    return {
      refuseFictional: this.#refuseFictional,
      ...(defaultCountry === undefined ? {} : { defaultCountry }),
    };
  }
}
