import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { limitBodyTime } from './slow-bodies.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** As much of a request as the limit touches. */
const asked = () => {
  const socket = { end: jest.fn(), destroy: jest.fn(), bytesRead: 0 };
  const headers = { 'content-length': '3' };
  const raw = Object.assign(new EventEmitter(), { headers, socket });
  const answer = new EventEmitter();
  const request = { raw, routeOptions: { config: {} } } as unknown as FastifyRequest;
  limitBodyTime(request, { raw: answer } as unknown as FastifyReply, 'too slow');
  return { raw, answer, socket };
};

test('a body that does not come to its end is refused after half a minute', () => {
  const { socket } = asked();
  jest.advanceTimersByTime(29_999);
  expect(socket.end).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(socket.end).toHaveBeenCalledWith('too slow');
});

test.each(['the body ended', 'the answer is out'])('nothing follows once %s', (what) => {
  const { raw, answer, socket } = asked();
  if (what === 'the body ended') raw.emit('end');
  else answer.emit('finish');
  jest.advanceTimersByTime(60_000);
  expect(socket.end).not.toHaveBeenCalled();
});
