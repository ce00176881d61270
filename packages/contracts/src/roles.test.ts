import { expect, test } from '@jest/globals';
import { decidingScopes } from './http/proposals.ts';
import { isAdministrative, isWeightyRole, Role, scopesOfRole } from './roles.ts';
import { Scope } from './scopes.ts';

/** With one of these somebody is one of the two who do what takes two. */
const ofFourEyes = new Set<string>([
  ...Object.values(decidingScopes).flat(),
  ...Scope.options.filter((scope) => isAdministrative[scope]),
  'contacts:merge',
  'data-requests:decide',
]);

test.each(Role.options)('%s is given by two people where it makes somebody one of two', (role) => {
  expect(isWeightyRole[role]).toBe(scopesOfRole[role].some((scope) => ofFourEyes.has(scope)));
});
