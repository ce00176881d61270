import type { ModulesContainer } from '@nestjs/core';
import { Problem, problems } from '@tact/contracts';
import { z } from 'zod';
import { describeRoutes } from './routes.ts';
import type { DescribedRoute } from './routes.ts';

type Json = Record<string, unknown>;

/** JSON Schema 2020-12, which OpenAPI 3.1 takes as it is. */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      const marked = jsonSchema as Json;
      if (marked['personal']) marked['x-personal'] = marked['personal'];
      delete marked['personal'];
    },
  });
  return rest;
};

const content = (schema: Json, type = 'application/json'): Json => ({ [type]: { schema } });

const problemAnswer = { $ref: '#/components/responses/Problem' };

const parametersOf = (route: DescribedRoute): Json[] => {
  const named = route.inputs.flatMap(({ place, name, schema }) => {
    if (place === 'body') return [];
    if (name !== undefined) {
      const shape = schema ? schemaOf(schema, 'input') : { type: 'string' };
      return [{ name, in: place, required: place === 'path', schema: shape }];
    }
    const whole = schema ? schemaOf(schema, 'input') : {};
    const required = new Set((whole['required'] as string[] | undefined) ?? []);
    return Object.entries((whole['properties'] ?? {}) as Record<string, Json>).map(
      ([field, shape]) => ({
        name: field,
        in: place,
        required: required.has(field),
        schema: shape,
      }),
    );
  });
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'The same key and body give the first answer again, for 24 hours.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  };
  return route.isIdempotent ? [...named, key] : named;
};

const requestBodyOf = (route: DescribedRoute): Json => {
  const body = route.inputs.find(({ place }) => place === 'body');
  const { streamedLine: line } = route;
  if (line) {
    const csv = 'RFC 4180; the header names the fields of a line, dotted: `contact.crmId`.';
    return {
      requestBody: {
        required: true,
        content: {
          ...content(schemaOf(line, 'input'), 'application/x-ndjson'),
          ...content({ type: 'string', description: csv }, 'text/csv'),
        },
      },
    };
  }
  if (!body?.schema) return {};
  return { requestBody: { required: true, content: content(schemaOf(body.schema, 'input')) } };
};

const refusalsOf = (route: DescribedRoute, hasBody: boolean): Json => {
  const statuses = [
    '400',
    ...(route.isPublic ? [] : ['401', '403']),
    ...(route.path.includes(':') ? ['404'] : []),
    ...(hasBody ? ['413', '415'] : []),
    ...(route.isIdempotent ? ['409', '422'] : []),
    '429',
    '503',
    'default',
  ];
  return Object.fromEntries(statuses.map((status) => [status, problemAnswer]));
};

const operationOf = (route: DescribedRoute): Json => {
  const body = route.inputs.find(({ place }) => place === 'body');
  const answer = route.answer ? schemaOf(route.answer, 'output') : undefined;
  return {
    operationId: `${route.group}.${route.name}`,
    tags: [route.group],
    security: route.isPublic ? [] : [{ apiKey: [] }],
    ...(route.scope ? { description: `Needs the scope \`${route.scope}\`.` } : {}),
    parameters: parametersOf(route),
    ...requestBodyOf(route),
    responses: {
      [route.status]: { description: 'Done.', ...(answer ? { content: content(answer) } : {}) },
      ...refusalsOf(route, body !== undefined),
    },
  };
};

/** OpenAPI 3.1 of the service, printed from the contracts its routes name. */
export const openApiOf = (modules: ModulesContainer, service: string): Json => {
  const paths: Record<string, Json> = {};
  for (const route of describeRoutes(modules)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: `Tact ${service}`, version: '1' },
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'tact_<env>_<random>' },
      },
      schemas: { Problem: schemaOf(Problem, 'output') },
      responses: {
        Problem: {
          description: `RFC 9457. Types: ${Object.keys(problems).join(', ')}.`,
          content: content({ $ref: '#/components/schemas/Problem' }, 'application/problem+json'),
        },
      },
    },
  };
};
