import { describe, expect, test } from '@jest/globals';
import { InvalidIdentity } from '../refusals.ts';
import { identitySpellings } from './canonical-identity.ts';
import { canonicalEmail } from './email.ts';

describe('e-mail', () => {
  test.each([
    ['Ana.Ruiz@Example.fr'],
    ['ana.ruiz@example.fr'],
    ['ANA.RUIZ@EXAMPLE.FR'],
    ['\u200bana.ruiz@example.fr'],
    ['ana.ruiz@example.fr.'],
    ['ana.\u200druiz@exam\u00adple.fr'],
    ['\u202aana.ruiz@example.fr\u202c'],
    ['\ufeffana.ruiz@example.fr'],
    ['mailto:ana.ruiz@example.fr'],
    ['MAILTO:Ana.Ruiz@example.fr?subject=hello'],
    ['\u00a0ana.ruiz@example.fr\u00a0'],
    ['ana.ruiz@\uff45xample.fr'],
  ])('%j is one address in one spelling', (raw) => {
    expect(canonicalEmail(raw)).toBe('ana.ruiz@example.fr');
  });

  test.each([
    ['E\u0301lodie@exemple.fr', '\u00e9lodie@exemple.fr'],
    ['a@B\u00dcCHER.example', 'a@xn--bcher-kva.example'],
    ['a.b+news@gmail.com', 'a.b+news@gmail.com'],
    ["o'neil@example.fr", "o'neil@example.fr"],
  ])('%j is %j', (raw, canonical) => {
    expect(canonicalEmail(raw)).toBe(canonical);
  });

  test.each([
    ['ana@example.fr, bea@example.fr', 'several-values'],
    ['ana@example.fr;bea@example.fr', 'several-values'],
    ['ana@example.fr bea@example.fr', 'several-values'],
    ['ana@@example.fr', 'several-values'],
    ['nobody', 'malformed'],
    ['@example.fr', 'malformed'],
    ['ana@', 'malformed'],
    ['ana@localhost', 'malformed'],
    ['ana@127.0.0.1', 'malformed'],
    ['ana@1', 'malformed'],
    ['ana@ex%61mple.fr', 'malformed'],
    ['ana@.fr', 'malformed'],
    ['ana@example..fr', 'malformed'],
    ['Ana Ruiz <ana@example.fr>', 'malformed'],
    ['a b@example.fr', 'malformed'],
    ['a\u0000@example.fr', 'malformed'],
    ['a\udc00@example.fr', 'malformed'],
  ])('%j is refused: %s', (raw, reason) => {
    expect(() => canonicalEmail(raw)).toThrow(InvalidIdentity);
    expect(() => canonicalEmail(raw)).toThrow(expect.objectContaining({ reason }));
  });

  test('who was registered before case was dropped is found under the case of then', () => {
    expect(identitySpellings({ email: 'Ana.Ruiz@Example.fr' }).email).toEqual([
      'ana.ruiz@example.fr',
      'Ana.Ruiz@example.fr',
    ]);
    expect(identitySpellings({ email: 'ana.ruiz@example.fr' }).email).toEqual([
      'ana.ruiz@example.fr',
    ]);
  });
});
