import { expect, test } from '@jest/globals';
import { DataRight } from '@tact/contracts';
import { rights } from './rights.ts';

test.each(DataRight.options)(
  '%s is answered within one month, as Art. 12(3) GDPR asks',
  (right) => {
    expect(rights[right].answeredWithinMonths).toBe(1);
  },
);
