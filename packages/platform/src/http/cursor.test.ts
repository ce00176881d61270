import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { readCursor, writeCursor } from './cursor.ts';
import { ProblemError } from './problem-error.ts';

const Place = z.tuple([z.number(), z.string()]);

test.each([0, 1, 1e-17, 0.1 + 0.2, 0.913_370_123_456_789_1])(
  'a place comes back to the last bit: %s',
  (probability) => {
    expect(readCursor(writeCursor([probability, 'ct_0']), Place)).toEqual([probability, 'ct_0']);
  },
);

test.each(['', 'x', 'eyJ9', writeCursor(['ct_0', 1]), writeCursor([1]), '%%%'])(
  'what is no cursor of the list is refused: %s',
  (cursor) => {
    expect(() => readCursor(cursor, Place)).toThrow(ProblemError);
  },
);
