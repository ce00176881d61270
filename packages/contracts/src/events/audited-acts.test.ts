import { expect, test } from '@jest/globals';
import { actWords, auditedAct, mayBeAct, namesSaid } from './audited-acts.ts';
import { PerformedAct } from './audit.ts';

test('an act says which names it changed, and no value but of roles and scopes', () => {
  const roles = { previousRoles: ['agent', 'crm-ops'], roles: ['crm-ops', 'compliance'] };
  expect(auditedAct('StaffRolesChanged', roles)?.changed).toEqual(['+compliance', '-agent']);
  expect(auditedAct('StaffAdded', { roles: ['agent'] })?.changed).toEqual(['+agent']);
  expect(auditedAct('ApiKeyCreated', { scopes: ['scores:read'] })?.changed).toEqual([
    '+scores:read',
  ]);
  const settings = { name: 'Ada & Co', country: 'FR', changed: ['country', 'dpo'] };
  expect(auditedAct('TenantSettingsChanged', settings)?.changed).toEqual(['country', 'dpo']);
  // Of an earlier release, which did not say.
  expect(auditedAct('TenantSettingsChanged', { name: 'Ada & Co' })).not.toHaveProperty('changed');
  expect(auditedAct('ListDisclosed', { list: 'staff', shown: 0 })).toMatchObject({
    about: 'staff',
    shown: 0,
  });
});

test('of a contact it names the fields that were said, and of identities their kinds', () => {
  const data = {
    contactId: 'ct_1',
    identities: { phone: '+33639980101', crmId: 'C-1' },
    language: 'fr',
    attributes: { 'Ada’s segment': 'gold' },
  };
  const fields = auditedAct('ContactUpdated', data)?.saidIn ?? [];
  const names = namesSaid(data, fields);
  expect(names).toEqual(['identities.phone', 'identities.crmId', 'language', 'attributes']);
});

test('what programs take in by thousands is an act where a person did it, and not where the system did', () => {
  for (const type of ['SignalRecorded', 'ContactRegistered']) {
    expect(mayBeAct(type, `st_${'0a'.repeat(16)}`)).toBe(true);
    expect(mayBeAct(type, 'ak_0123456789abcdef0123')).toBe(false);
    expect(mayBeAct(type, 'system:machine')).toBe(false);
  }
  expect(mayBeAct('StaffAdded', 'system:oidc:login.acme.example')).toBe(true);
});

test('every act that is performed has words in both languages', () => {
  const mute = PerformedAct.options.filter((act) => {
    const { fr, en } = actWords(act);
    return fr === act || en === act || fr === en;
  });
  expect(mute).toEqual([]);
});
