import { expect, test } from '@jest/globals';
import { answersPerson } from './answers.ts';

test('of the categories a service message alone answers who wrote', () => {
  expect(answersPerson).toEqual({
    marketing: false,
    utility: false,
    authentication: false,
    service: true,
  });
});
