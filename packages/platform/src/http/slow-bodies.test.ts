import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SlowBodies } from './slow-bodies.ts';

let bodies: SlowBodies;
beforeEach(() => {
  jest.useFakeTimers();
  bodies = new SlowBodies('too slow');
});
afterEach(() => {
  jest.useRealTimers();
});

/** As much of a request as the limit touches. */
const asked = ({ ip = '192.0.2.1', streamed = false, length = '3' } = {}) => {
  const socket = { end: jest.fn(), destroySoon: jest.fn(), destroy: jest.fn(), bytesRead: 0 };
  const headers = { 'content-length': length };
  const raw = Object.assign(new EventEmitter(), { headers, socket, complete: false });
  const answer = new EventEmitter();
  const request = { raw, socket, ip, headers, routeOptions: { config: { streamed } } };
  bodies.limit(request as unknown as FastifyRequest, { raw: answer } as unknown as FastifyReply);
  return { raw, answer, socket };
};

test('a body that does not come to its end is refused after half a minute', () => {
  const { socket } = asked();
  jest.advanceTimersByTime(29_999);
  expect(socket.end).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(socket.end).toHaveBeenCalledWith('too slow');
  expect(socket.destroySoon).toHaveBeenCalled();
});

test.each([
  ['the body ended', 'end'],
  ['the answer is out', 'finish'],
])('nothing follows once %s', (_what, event) => {
  const { raw, answer, socket } = asked();
  (event === 'end' ? raw : answer).emit(event);
  jest.advanceTimersByTime(60_000);
  expect(socket.end).not.toHaveBeenCalled();
});

test('a caller who has sent all is not slow, however long the answer takes', () => {
  const none = Array.from({ length: 30 }, () => asked({ length: '0' }));
  const whole = Array.from({ length: 30 }, () => asked());
  for (const { raw } of whole) raw.complete = true;
  jest.advanceTimersByTime(60_000);
  for (const { socket } of [...none, ...whole]) expect(socket.end).not.toHaveBeenCalled();
});

test('of one address sixteen bodies may be slow, and others have theirs', () => {
  const many = Array.from({ length: 260 }, () => asked());
  const other = asked({ ip: '192.0.2.2' });
  jest.advanceTimersByTime(2_000);
  const cut = many.filter(({ socket }) => socket.end.mock.calls.length > 0);
  expect(cut).toHaveLength(244);
  expect(other.socket.end).not.toHaveBeenCalled();
  // One that ends leaves its place to the next.
  many[0]?.raw.emit('end');
  many[0]?.answer.emit('finish');
  const [next, oneTooMany] = [asked(), asked()];
  jest.advanceTimersByTime(2_000);
  expect(next?.socket.end).not.toHaveBeenCalled();
  expect(oneTooMany?.socket.end).toHaveBeenCalled();
});

test('a file may take its time, and one caller sends sixteen', () => {
  const files = Array.from({ length: 16 }, () => asked({ streamed: true }));
  expect(() => asked({ streamed: true })).toThrow('at most 16 files');
  files[0]?.raw.emit('end');
  expect(() => asked({ streamed: true })).not.toThrow();
  const beat = setInterval(() => {
    for (const { socket } of files.slice(2)) socket.bytesRead += 1;
  }, 60_000);
  jest.advanceTimersByTime(600_000);
  clearInterval(beat);
  expect(files[1]?.socket.destroy).toHaveBeenCalled();
  expect(files[2]?.socket.destroy).not.toHaveBeenCalled();
});
