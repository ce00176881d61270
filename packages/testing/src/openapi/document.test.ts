import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { bodyBytesMaxOf, publicRouteOf, publicRoutes, serviceOfPath } from '@tact/contracts';
import { mergeOpenApi } from '@tact/gateway';
import {
  type DescribedRoute,
  controllersOfService,
  describeRoutes,
  openApiOf,
} from '@tact/platform';
import { definitions } from '../constellation.ts';

// `UPDATE_OPENAPI=1 npm test -- openapi/document` writes it anew: review the difference, which is what callers see.
const isUpdate = process.env['UPDATE_OPENAPI'] === '1';
const file = new URL('../../../../docs/reference/openapi.json', import.meta.url);
const refresh = 'Run UPDATE_OPENAPI=1 npm test -- openapi/document and review the difference.';

type Json = Record<string, unknown>;
type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Json }> };
  readonly responses: Record<string, { content?: Record<string, { schema: Json }>; $ref?: string }>;
};

const services = definitions.map(({ name, module }) => ({
  service: name,
  controllers: controllersOfService(module),
}));
const document = mergeOpenApi(
  services.map(({ service, controllers }) => ({
    service,
    document: openApiOf(controllers, service),
  })),
  '/',
) as Json & {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
};

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
);
const routes = services.flatMap(({ service, controllers }) =>
  describeRoutes(controllers).map((route) => ({ service, ...route })),
);
const named = ({ method, path }: Pick<DescribedRoute, 'method' | 'path'>) =>
  `${method.toUpperCase()} ${path}`;

test('the committed document is what the routes say', () => {
  const now = `${JSON.stringify(document, undefined, 2)}\n`;
  if (isUpdate) writeFileSync(file, now);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : refresh).toBe(now);
});

describe('every route', () => {
  test('is in the public document, or marked as an operator’s', () => {
    const published = new Set(operations.map(named));
    const lost = routes.filter((route) => !route.isOperator && !published.has(named(route)));
    expect(lost.map(named)).toEqual([]);
    const leaked = routes.filter((route) => route.isOperator && published.has(named(route)));
    expect(leaked.map(named)).toEqual([]);
  });

  test('of an operator is passed on by no gateway', () => {
    const passed = routes.filter(({ isOperator, path }) => isOperator && serviceOfPath(path));
    expect(passed.map(named)).toEqual([]);
  });

  test('that is published goes to the service that serves it', () => {
    const astray = routes.filter(
      ({ isOperator, path, service }) =>
        !isOperator && serviceOfPath(path.replace('{contactId}', 'ct_0')) !== service,
    );
    expect(astray.map(named)).toEqual([]);
  });

  test('says who may call it: one that does not opens to nobody', () => {
    expect(routes.filter(({ rule }) => rule === undefined).map(named)).toEqual([]);
  });

  test('that is published needs a key at the gateway where it needs one itself, and takes as long a body', () => {
    const published = routes.filter(({ isOperator }) => !isOperator);
    const at = ({ path }: { readonly path: string }) => path.replace('{contactId}', 'ct_0');
    const takesBody = ({ inputs, streamedLine }: DescribedRoute) =>
      streamedLine !== undefined || inputs.some(({ place }) => place === 'body');
    // Without a key at the gateway the service asks for it: that costs nothing where there is no body to take.
    const otherKey = published.filter((route) => {
      const needsKey = publicRouteOf(at(route))?.needsKey === true;
      return needsKey ? route.isPublic : !route.isPublic && takesBody(route);
    });
    expect(otherKey.map(named)).toEqual([]);
    const cut = published.filter(
      (route) => route.streamedLine !== undefined && bodyBytesMaxOf(at(route)) !== undefined,
    );
    expect(cut.map(named)).toEqual([]);
  });
});

test('every row of the gateway’s table has a route', () => {
  const paths = operations.map(({ path }) => path);
  const idle = publicRoutes.filter(
    ({ under }) => !paths.some((path) => path === under || path.startsWith(`${under}/`)),
  );
  expect(idle.map(({ under }) => under)).toEqual([]);
});

describe.each(operations.map((operation) => [named(operation), operation] as const))(
  '%s',
  (_name, { operationId, tags, summary, description, requestBody, responses, path }) => {
    test('has a name for clients, a chapter, and says what it does', () => {
      expect(operationId).toMatch(/^[a-z][A-Za-z0-9]*$/);
      expect(operations.filter((other) => other.operationId === operationId)).toHaveLength(1);
      expect(document.tags.map(({ name }) => name)).toEqual(expect.arrayContaining([...tags]));
      expect(summary).toMatch(/^[A-Z].*[^.]$/);
      expect(description.length).toBeGreaterThan(0);
    });

    test('takes and gives shapes that have names', () => {
      const bodies = Object.entries(requestBody?.content ?? {});
      const answers = Object.values(responses).flatMap(({ content }) =>
        Object.entries(content ?? {}),
      );
      const unnamed = [...bodies, ...answers].filter(
        ([, { schema }]) =>
          schema['$ref'] === undefined && schema['contentMediaType'] === undefined,
      );
      expect(unnamed).toEqual([]);
    });

    test('tells each way it can refuse', () => {
      const statuses = Object.keys(responses);
      expect(statuses).toEqual(expect.arrayContaining(['400', '429', '500', '503']));
      const refusals = statuses.filter((status) => status >= '400');
      for (const status of refusals) {
        expect(responses[status]?.$ref).toMatch(/^#\/components\/responses\//);
      }
      // Where anybody may call, a signature, a token or nothing at all takes the place of a key.
      if (publicRouteOf(path.replace('{contactId}', 'ct_0'))?.needsKey !== false) {
        expect(statuses).toEqual(expect.arrayContaining(['401', '403']));
      }
    });
  },
);
