import { expect, test } from '@jest/globals';
import { tableOf, wrapped } from './table.ts';
import { printable, terminalOn } from './terminal.ts';
import { briefOf } from '../supervisor/service-log.ts';

const written = (isTTY: boolean) => {
  let text = '';
  const terminal = terminalOn({ isTTY, write: (part) => (text += part) });
  return { terminal, text: () => text };
};

test('a step is one line with its duration, whether it works or not', async () => {
  const { terminal, text } = written(false);
  await terminal.step('stores', () => Promise.resolve());
  await expect(terminal.step('services', () => Promise.reject(new Error('no')))).rejects.toThrow(
    'no',
  );
  expect(text()).toMatch(/^ {2}✓ stores \(\d+ ms\)\n {2}✗ services \(\d+ ms\)\n$/);
});

test('on a screen the running step is shown, and given way to a warning', async () => {
  const { terminal, text } = written(true);
  await terminal.step('services', () => {
    terminal.warn('scoring: slow');
    return Promise.resolve();
  });
  expect(text()).toContain('  … services\r\u001B[2K  ! scoring: slow\n  … services');
});

test('control characters of a log do not reach the screen', () => {
  expect(printable('a\u001B[2Jb\r\nc')).toBe('a [2Jb c');
});

test('only warnings and errors of a log are shown in short', () => {
  expect(briefOf('{"level":30,"msg":"fine"}')).toBeUndefined();
  expect(briefOf('{"level":40,"msg":"careful"}')).toBe('careful');
  expect(briefOf('{"level":"error","msg":"broken"}')).toBe('broken');
  expect(briefOf('not json')).toBeUndefined();
});

test('tables are aligned and sentences wrapped', () => {
  expect(tableOf(['a', 'bb'], [['longer', 'x']])).toEqual(['a       bb', 'longer  x']);
  expect(wrapped('one two three', 8, '  ')).toEqual(['  one', '  two', '  three']);
});
