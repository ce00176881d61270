import { describe, expect, test } from '@jest/globals';
import type { TextIdentityKind } from '@tact/contracts';
import { canonicalIdentity, registrableIdentities } from './canonical-identity.ts';

const reasonOf = (kind: TextIdentityKind, raw: string, refuseFictional = false): unknown => {
  try {
    return canonicalIdentity(kind, raw, { defaultCountry: 'FR', refuseFictional });
  } catch (error) {
    return (error as { reason?: unknown }).reason;
  }
};

describe('placeholders', () => {
  test.each<[TextIdentityKind, string]>([
    ['crmId', 'none'],
    ['crmId', 'NULL'],
    ['crmId', ' n/a '],
    ['crmId', 'unknown'],
    ['crmId', 'test'],
    ['crmId', '-'],
    ['crmId', '0'],
    ['crmId', '0000'],
    ['crmId', '#N/A'],
    ['crmId', '#REF!'],
    ['bsuid', 'null'],
    ['phone', 'N/A'],
    ['phone', '0000000000'],
    ['phone', '1111111111'],
    ['phone', '06 00 00 00 00'],
    ['phone', '+33 6 00 00 00 00'],
    ['phone', '+33999999999'],
    ['phone', '+1 999 999 9999'],
    ['phone', '0123456789'],
    ['phone', '1234567890'],
    ['phone', '+1 234 567 8901'],
    ['email', 'none@none.com'],
    ['email', 'None@None.fr'],
    ['email', 'noreply@business.fr'],
    ['email', 'No-Reply@business.fr'],
    ['email', 'ne-pas-repondre@business.fr'],
    ['email', 'noemail@noemail.com'],
    ['email', 'test@test.com'],
    ['email', 'a@a.fr'],
    ['email', 'n/a'],
  ])('%s %j is nobody', (kind, raw) => {
    expect(reasonOf(kind, raw)).toBe('placeholder');
  });

  test.each<[TextIdentityKind, string]>([
    ['crmId', '7'],
    ['crmId', '11'],
    ['crmId', 'tester'],
    ['crmId', 'testament'],
    ['crmId', 'nonesuch'],
    ['crmId', '10000000'],
    ['email', 'nonette@business.fr'],
    ['email', 'ana.none@business.fr'],
    ['email', 'test@business.fr'],
    ['email', 'reply@business.fr'],
    ['email', 'aa@ab.fr'],
    ['phone', '+33666666667'],
    ['phone', '+33611111111'],
    ['phone', '+33612345678'],
  ])('%s %j is somebody', (kind, raw) => {
    expect(reasonOf(kind, raw)).not.toBe('placeholder');
  });

  test.each<[TextIdentityKind, string]>([
    ['email', 'ana@example.fr'],
    ['email', 'ana@shop.example'],
    ['phone', '06 39 98 06 11'],
    ['phone', '+447700900123'],
    ['phone', '+1 650 555 0123'],
  ])('%s %j is fiction, which only demonstrations take', (kind, raw) => {
    expect(reasonOf(kind, raw, true)).toBe('fictional');
    expect(reasonOf(kind, raw)).toMatch(/^\+\d+$|@/);
  });

  test('a person goes on without one', () => {
    const given = { crmId: 'c-1', email: 'none@none.com' };
    expect(registrableIdentities(given).identities).toEqual({ crmId: 'c-1' });
    expect(registrableIdentities(given).stated).toEqual({ crmId: 'c-1' });
    expect(() => registrableIdentities({ email: 'none@none.com' })).toThrow('placeholder');
    expect(() => registrableIdentities({ crmId: 'c-1', phone: '0612345678' })).toThrow('country');
  });
});
