import { expect, test } from '@jest/globals';
import { passingStream } from './schema.ts';
import { fromStoredSubject, toStoredSubject } from './stored-subject.ts';

test.each([
  ['contact-ct_1', 'ct_1', ''],
  ['block-likelihood-ct_1', 'ct_1', ''],
  ['ct_1', 'ct_1', ''],
  ['contact-ct_1', 'ct_2', 'ct_2'],
  ['tenant-a-b', 'a-b', 'a-b'],
  ['contact-', '', ''],
  [passingStream('ct_1'), 'ct_1', 'ct_1'],
])('of stream %s subject %s is stored as "%s" and comes back', (stream, subject, stored) => {
  expect(toStoredSubject(stream, subject)).toBe(stored);
  expect(fromStoredSubject(stream, stored)).toBe(subject);
});
