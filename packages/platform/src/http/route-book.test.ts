import { expect, test } from '@jest/globals';
import { RouteBook } from './route-book.ts';

const handler = () => undefined;

test('a route that no controller declares is found, whatever its method', () => {
  const book = new RouteBook();
  book.note({ method: ['GET', 'HEAD'], url: '/v1/things/:thingId', handler });
  book.note({ method: 'POST', url: '/v1/things', handler });
  const get = { method: 'get', path: '/v1/things/{thingId}' };
  expect(book.undescribed([get, { method: 'post', path: '/v1/things' }])).toEqual([]);
  expect(book.undescribed([get])).toEqual(['POST /v1/things']);
});
