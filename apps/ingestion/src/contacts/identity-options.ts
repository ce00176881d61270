import { Injectable } from '@nestjs/common';
import { type CanonicalOptions, phoneCountryOf, ServiceConfig } from '@tact/platform';
import type { ContactSettings } from './settings.ts';

/** How identities are read, as the service is set up. */
@Injectable()
export class IdentityOptions {
  readonly values: CanonicalOptions;

  constructor({ values }: ServiceConfig<ContactSettings>) {
    const { DEFAULT_COUNTRY, FICTIONAL_IDENTITIES, TACT_MODE, TACT_PROFILE } = values;
    const isReal = TACT_MODE === 'server' && TACT_PROFILE === 'production';
    const defaultCountry =
      DEFAULT_COUNTRY === undefined ? undefined : phoneCountryOf(DEFAULT_COUNTRY);
    this.values = {
      refuseFictional: (FICTIONAL_IDENTITIES ?? (isReal ? 'refuse' : 'keep')) === 'refuse',
      ...(defaultCountry === undefined ? {} : { defaultCountry }),
    };
  }
}
