import { expect, test } from '@jest/globals';
import { isOpenAfter } from './growth.ts';

test.each([
  [false, { recent: 19, usual: 0 }, false],
  [false, { recent: 20, usual: 0 }, true],
  [false, { recent: 400, usual: 100 }, false],
  [false, { recent: 401, usual: 100 }, true],
  [true, { recent: 201, usual: 100 }, true],
  [true, { recent: 200, usual: 100 }, false],
  [true, { recent: 19, usual: 1 }, false],
])('open %s, %j: open afterwards %s', (isOpen, measured, after) => {
  expect(isOpenAfter(isOpen, measured)).toBe(after);
});
