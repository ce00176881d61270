import { expect, test } from '@jest/globals';
import { type PlatformConfig, ServiceConfig, type Tenants } from '@tact/platform';
import { IdentityOptions } from './identity-options.ts';
import { ContactSettings } from './settings.ts';

const tenants = {
  countryOf: (tenantId: string) => Promise.resolve(tenantId === 'abidjan' ? 'CI' : undefined),
} as Tenants;
const optionsOf = (environment: object, tenantId = 'demo') => {
  const values = { ...environment, ...ContactSettings.parse(environment) };
  const config = new ServiceConfig(values as PlatformConfig & ContactSettings);
  return new IdentityOptions(config, tenants).of(tenantId);
};
const production = { TACT_MODE: 'server', TACT_PROFILE: 'production' };

test('what is reserved for fiction is somebody in demonstrations alone', async () => {
  expect(await optionsOf({ TACT_MODE: 'embedded' })).toEqual({ refuseFictional: false });
  expect(await optionsOf(production)).toEqual({ refuseFictional: true });
  const keeping = await optionsOf({ ...production, FICTIONAL_IDENTITIES: 'keep' });
  expect(keeping.refuseFictional).toBe(false);
});

test('national phones are read by the country of the tenant', async () => {
  expect(await optionsOf({}, 'abidjan')).toMatchObject({ defaultCountry: 'CI' });
  expect(await optionsOf({}, 'elsewhere')).not.toHaveProperty('defaultCountry');
});
