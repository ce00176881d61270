import { expect, test } from '@jest/globals';
import { mergeOpenApi } from './merge-openapi.ts';

const documentOf = (path: string, shape: object) => ({
  openapi: '3.1.0',
  paths: {
    [path]: {
      get: {
        tags: ['Consents'],
        responses: { 200: { $ref: '#/components/schemas/Page' } },
      },
    },
    '/health/live': { get: {} },
    '/v1/models': { post: { 'x-internal': true } },
  },
  components: { schemas: { Page: shape, Problem: { type: 'object' } } },
});

test('paths come together, operations of one service stay out', () => {
  const merged = mergeOpenApi(
    [
      { service: 'scoring', document: documentOf('/v1/models/current', { type: 'string' }) },
      { service: 'outreach', document: documentOf('/v1/consents', { type: 'number' }) },
    ],
    'http://localhost:8080',
  );
  expect(merged).toMatchObject({
    openapi: '3.1.0',
    servers: [{ url: 'http://localhost:8080' }],
    paths: {
      '/v1/models/current': { get: { responses: { 200: { $ref: '#/components/schemas/Page' } } } },
      '/v1/consents': {
        get: { responses: { 200: { $ref: '#/components/schemas/OutreachPage' } } },
      },
    },
    components: {
      schemas: {
        Page: { type: 'string' },
        OutreachPage: { type: 'number' },
      },
    },
    tags: [{ name: 'Consents', description: expect.any(String) }],
  });
  // What nobody refers to is left out, and so is what an operator asks on a service's own port.
  expect(merged['components']).not.toHaveProperty('schemas.Problem');
  expect(Object.keys(merged['paths'] as object)).toEqual(['/v1/models/current', '/v1/consents']);
});
