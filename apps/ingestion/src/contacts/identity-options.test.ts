import { expect, test } from '@jest/globals';
import { type PlatformConfig, ServiceConfig } from '@tact/platform';
import { IdentityOptions } from './identity-options.ts';
import { ContactSettings } from './settings.ts';

const optionsOf = (environment: object) => {
  const values = { ...environment, ...ContactSettings.parse(environment) };
  return new IdentityOptions(new ServiceConfig(values as PlatformConfig & ContactSettings)).values;
};
const production = { TACT_MODE: 'server', TACT_PROFILE: 'production' };

test('what is reserved for fiction is somebody in demonstrations alone', () => {
  expect(optionsOf({ TACT_MODE: 'embedded' })).toEqual({ refuseFictional: false });
  expect(optionsOf(production)).toEqual({ refuseFictional: true });
  expect(optionsOf({ ...production, FICTIONAL_IDENTITIES: 'keep' }).refuseFictional).toBe(false);
});

test('a country of the installation is one there is', () => {
  expect(optionsOf({ DEFAULT_COUNTRY: 'CI' })).toMatchObject({ defaultCountry: 'CI' });
  for (const DEFAULT_COUNTRY of ['ci', 'XX', 'France']) {
    expect(() => optionsOf({ DEFAULT_COUNTRY })).toThrow();
  }
});
