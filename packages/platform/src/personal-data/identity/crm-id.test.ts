import { describe, expect, test } from '@jest/globals';
import { canonicalCrmId, type CrmKind } from './crm-id.ts';
import { InvalidIdentity } from '../refusals.ts';

describe('CRM ids', () => {
  test.each<[CrmKind, string, string]>([
    // Of Salesforce's own documentation of the two lengths.
    ['salesforce', '001A0000006Vm9u', '001A0000006Vm9uIAC'],
    ['salesforce', '001A0000006Vm9uIAC', '001A0000006Vm9uIAC'],
    ['salesforce', '001a0000006vm9uiac', '001A0000006Vm9uIAC'],
    ['salesforce', '001A0000006VM9UIAC', '001A0000006Vm9uIAC'],
    ['hubspot', '12345', '12345'],
    ['hubspot', '12345.0', '12345'],
    ['zendesk', '361000000601', '361000000601'],
    ['other', 'c-100', 'c-100'],
    ['other', '0012', '0012'],
  ])('%s %s', (kind, raw, canonical) => {
    expect(canonicalCrmId(raw, kind)).toBe(canonical);
  });

  test('two that differ by case alone are two', () => {
    expect(canonicalCrmId('0035g00000AbCdE', 'salesforce')).not.toBe(
      canonicalCrmId('0035g00000AbCde', 'salesforce'),
    );
  });

  test.each<[CrmKind, string, string]>([
    ['salesforce', '001A0000006Vm9', 'malformed'],
    ['salesforce', '001A0000006Vm9uIA9', 'malformed'],
    ['salesforce', '001A0000006Vm9uI5C', 'checksum'],
    ['hubspot', 'contact-7', 'malformed'],
    ['zendesk', '3.61E+11', 'scientific-notation'],
    ['hubspot', '0', 'malformed'],
  ])('refuses %s %s: %s', (kind, raw, reason) => {
    expect(() => canonicalCrmId(raw, kind)).toThrow(InvalidIdentity);
    expect(() => canonicalCrmId(raw, kind)).toThrow(expect.objectContaining({ reason }));
  });
});
