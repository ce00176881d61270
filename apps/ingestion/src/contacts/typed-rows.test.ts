import { expect, test } from '@jest/globals';
import { Role, scopesOfRole } from '@tact/contracts';
import { isTypedBy } from './typed-rows.ts';

test('a program tells what a CRM holds, and what a person writes is a person’s own word in every role', () => {
  for (const role of Role.options) {
    const scopes = scopesOfRole[role];
    expect(isTypedBy({ scopes }, 'request')).toBe(false);
    expect(isTypedBy({ staffId: 'st_1', scopes }, 'request')).toBe(true);
  }
  expect(isTypedBy({ scopes: ['contacts:write'] }, 'file')).toBe(false);
});

test('a file is a CRM’s word from those who may merge alone', () => {
  const moving = Role.options.filter(
    (role) => !isTypedBy({ staffId: 'st_1', scopes: scopesOfRole[role] }, 'file'),
  );
  expect(moving).toEqual(['crm-ops', 'compliance']);
});
