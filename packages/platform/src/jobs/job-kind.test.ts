import { expect, test } from '@jest/globals';
import { personal, plainText } from '@tact/contracts';
import { z } from 'zod';
import { jobKind } from './job-kind.ts';

test('a payload that could hold a person is refused where it is declared', () => {
  const declare = (payload: z.ZodType<object>) => () => jobKind({ name: 'call-back', payload });
  expect(declare(z.object({ phone: personal('phone', z.string()) }))).toThrow('phone could be');
  expect(declare(z.object({ note: z.string() }))).toThrow('note could be a person');
  expect(declare(z.object({ callId: plainText(), tries: z.int() }))).not.toThrow();
});
