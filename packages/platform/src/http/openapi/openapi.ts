import type { Type } from '@nestjs/common';
import { apiTags, Problem } from '@tact/contracts';
import { RefusalResponses } from './refusals.ts';
import { describeRoutes } from './routes.ts';
import type { DescribedRoute } from './routes.ts';
import { ComponentSchemas } from './schemas.ts';
import type { Json } from './schemas.ts';

type Components = { readonly schemas: ComponentSchemas; readonly refusals: RefusalResponses };

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key and body give the first answer again, for 24 hours.',
  schema: { type: 'string', pattern: '^[!-~](?:[ -~]{0,253}[!-~])?$' },
};

const parameterOf = (
  { name, place, required }: { name: string; place: string; required: boolean },
  shape: Json,
  { schemas }: Components,
): Json => {
  const description = shape['description'] ?? schemas.resolved(shape)['description'];
  const described = description === undefined ? {} : { description };
  return { name, in: place, required, ...described, schema: shape };
};

const parametersOf = (route: DescribedRoute, components: Components): Json[] => {
  const { schemas } = components;
  const { query } = route.description ?? {};
  const inputs = query
    ? [
        ...route.inputs.filter(({ place }) => place === 'path'),
        { place: 'query', name: undefined, schema: query },
      ]
    : route.inputs;
  const named = inputs.flatMap(({ place, name, schema }) => {
    if (place === 'body') return [];
    if (name !== undefined) {
      const shape = schema ? schemas.of(schema, 'input') : { type: 'string' };
      return [parameterOf({ name, place, required: place === 'path' }, shape, components)];
    }
    const whole = schema ? schemas.of(schema, 'input') : {};
    const { properties, required = [] } = schemas.resolved(whole) as {
      properties?: Record<string, Json>;
      required?: readonly string[];
    };
    return Object.entries(properties ?? {}).map(([field, shape]) =>
      parameterOf({ name: field, place, required: required.includes(field) }, shape, components),
    );
  });
  const headers = Object.entries(route.description?.headers ?? {}).map(([name, schema]) =>
    parameterOf({ name, place: 'header', required: true }, schemas.of(schema, 'input'), components),
  );
  return [...named, ...headers, ...(route.isIdempotent ? [idempotencyKey] : [])];
};

const requestBodyOf = (route: DescribedRoute, { schemas }: Components): Json => {
  const { streamedLine: line, description } = route;
  if (line) {
    const { oneOf, anyOf } = schemas.of(line, 'input') as { oneOf?: Json[]; anyOf?: Json[] };
    const items = { oneOf: oneOf ?? anyOf };
    const text = (contentMediaType: string, described: string): Json => ({
      [contentMediaType]: {
        schema: {
          type: 'string',
          description: described,
          contentMediaType,
          contentSchema: { type: 'array', items },
        },
      },
    });
    const ndjson = 'A JSON object a line; each is judged on its own.';
    const csv = 'RFC 4180; the header names the fields of a line, dotted: `contact.crmId`.';
    return {
      requestBody: {
        required: true,
        content: { ...text('application/x-ndjson', ndjson), ...text('text/csv', csv) },
      },
    };
  }
  const schema = description?.body ?? route.inputs.find(({ place }) => place === 'body')?.schema;
  if (!schema) return {};
  const type = route.isPage ? 'application/x-www-form-urlencoded' : 'application/json';
  const content = { [type]: { schema: schemas.of(schema, 'input') } };
  return { requestBody: { required: !schema.safeParse(undefined).success, content } };
};

const successOf = ({ answer, isIdempotent }: DescribedRoute, { schemas }: Components): Json => {
  const replayed = {
    description: '`true` where the first answer is given again.',
    schema: { type: 'string', const: 'true' },
  };
  return {
    description: answer?.description ?? 'Done.',
    ...(isIdempotent ? { headers: { 'Idempotent-Replayed': replayed } } : {}),
    ...(answer
      ? { content: { [answer.type]: { schema: schemas.of(answer.schema, 'output') } } }
      : {}),
  };
};

const operationOf = (route: DescribedRoute, components: Components): Json => {
  const { operationId, tag, summary, description } = route.description ?? {};
  if (operationId === undefined) throw new Error(`${route.name} has no @Describe: give it one.`);
  const scopes = route.scopes.map((scope) => `\`${scope}\``).join(' or ');
  const needs = scopes === '' ? [] : [`Needs the scope ${scopes}.`];
  const described = [...(description === undefined ? [] : [description]), ...needs].join(' ');
  return {
    operationId,
    tags: [tag],
    summary,
    description: described === '' ? summary : described,
    ...(route.isOperator ? { 'x-internal': true } : {}),
    security: route.isPublic ? [] : [route.rule === 'session' ? { session: [] } : { apiKey: [] }],
    parameters: parametersOf(route, components),
    ...requestBodyOf(route, components),
    responses: {
      [route.status]: successOf(route, components),
      ...components.refusals.of(route),
    },
  };
};

/** OpenAPI 3.1 of a service, printed from the contracts that its routes name. */
export const openApiOf = (controllers: readonly Type[], service: string): Json => {
  const components = { schemas: new ComponentSchemas(), refusals: new RefusalResponses() };
  const paths: Record<string, Json> = {};
  const routes = describeRoutes(controllers);
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, components) };
  }
  components.schemas.of(Problem, 'output');
  const used = new Set(routes.map(({ description }) => description?.tag));
  const tags = Object.entries(apiTags).filter(([name]) => used.has(name as never));
  return {
    openapi: '3.1.0',
    info: { title: `Tact ${service}`, version: '1' },
    tags: tags.map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'tact_<env>_<random>',
          description:
            'An API key of the tenant, or the signed token of a member of staff. Each operation says which scope it needs.',
        },
        ...(routes.some(({ rule }) => rule === 'session')
          ? {
              session: {
                type: 'http',
                scheme: 'bearer',
                description: 'The token of a session: it opens nothing else.',
              },
            }
          : {}),
      },
      schemas: components.schemas.all,
      responses: components.refusals.all,
    },
  };
};
