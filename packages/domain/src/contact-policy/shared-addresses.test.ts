import { expect, test } from '@jest/globals';
import { Channel } from '@tact/contracts';
import { sharedAddresses } from './shared-addresses.ts';

test('an e-mail is shared, and a number is not', () => {
  const shared = Channel.options.filter((channel) => sharedAddresses[channel] !== undefined);
  expect(shared).toEqual(['email']);
  expect(sharedAddresses.email).toBe('email');
});
