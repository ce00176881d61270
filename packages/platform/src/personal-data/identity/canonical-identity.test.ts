import { describe, expect, test } from '@jest/globals';
import type { TextIdentityKind } from '@tact/contracts';
import { canonicalIdentities, canonicalIdentity, knowableSpellings } from './canonical-identity.ts';
import { InvalidIdentity } from '../refusals.ts';

describe('canonical forms', () => {
  test.each<[TextIdentityKind, string, string]>([
    ['email', ' Jean.Dupont@EXAMPLE.fr ', 'jean.dupont@example.fr'],
    ['email', 'e\u0301lodie@exemple.fr', 'élodie@exemple.fr'],
    ['email', 'a@bücher.example', 'a@xn--bcher-kva.example'],
    ['bsuid', ' FR.159611845395834236 ', 'FR.159611845395834236'],
    ['parentBsuid', 'FR.ENT.11815799212886844830', 'FR.ENT.11815799212886844830'],
    ['crmId', ' Cust\u0065\u0301-7 ', 'Custé-7'],
  ])('%s %j', (kind, raw, canonical) => {
    expect(canonicalIdentity(kind, raw)).toBe(canonical);
  });

  test.each<[TextIdentityKind, string]>([
    ['email', 'nobody'],
    ['email', '@example.fr'],
    ['email', 'a b@example.fr'],
    ['email', 'a@exa mple.fr'],
    ['bsuid', 'FR. 12'],
    ['crmId', '   '],
    ['crmId', 'a\u0000b'],
    ['crmId', 'a\ud800b'],
    ['email', 'a\udc00@example.fr'],
  ])('refuses %s %j', (kind, raw) => {
    expect(() => canonicalIdentity(kind, raw)).toThrow(InvalidIdentity);
  });

  test('a person keeps the kinds given, in canonical form', () => {
    expect(
      canonicalIdentities({ phone: '06 12 34 56 78', crmId: '7' }, { defaultCountry: 'FR' }),
    ).toEqual({ phone: '+33612345678', crmId: '7' });
  });

  test('what cannot be known is left out of a lookup', () => {
    expect(knowableSpellings({ phone: '12', crmId: '7' })).toEqual({ crmId: ['7'] });
  });
});
