import { expect, test } from '@jest/globals';
import { RootProviderFailed } from '../personal-data/refusals.ts';
import { HandlerFault } from './attempt.ts';
import { faultOf, isPassing } from './failures.ts';

test('nobody’s record is parked while the keeper of the root key is away', () => {
  const away = new RootProviderFailed('AWS KMS', { cause: new Error('connect ETIMEDOUT') });
  expect(isPassing(away)).toBe(true);
  expect(faultOf(new HandlerFault('effect', { cause: away }))).toBeUndefined();
  expect(faultOf(new HandlerFault('effect', { cause: new Error('ours') }))).toBeDefined();
});
