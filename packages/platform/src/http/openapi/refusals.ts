import { problems } from '@tact/contracts';
import type { ProblemSlug } from '@tact/contracts';
import type { DescribedRoute } from './routes.ts';
import type { Json } from './schemas.ts';

const headerOf = (description: string, schema: Json): Json => ({ description, schema });

const seconds = headerOf('Seconds after which it is worth asking again.', {
  type: 'integer',
  minimum: 1,
});
const challenge = headerOf('What is asked of the caller (RFC 9110, 11.6.1).', { type: 'string' });

/** Headers that come with a problem. */
const headersOf: Partial<Record<ProblemSlug, Json>> = {
  unauthenticated: { 'WWW-Authenticate': { ...challenge, required: true } },
  'signature-invalid': { 'WWW-Authenticate': { ...challenge, required: true } },
  'scope-missing': { 'WWW-Authenticate': challenge },
  'already-running': { 'Retry-After': seconds },
  'idempotency-in-progress': { 'Retry-After': seconds },
  'rate-limited': { 'Retry-After': { ...seconds, required: true } },
  unavailable: { 'Retry-After': { ...seconds, required: true } },
};

const pascal = (slug: string): string =>
  slug
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

const exampleOf = (slug: ProblemSlug): Json => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const { status, title } = problems[slug];
  const value = { type: `/problems/${slug}`, title, status, instance: `urn:tact:trace:${traceId}` };
  return { value: { ...value, traceId } };
};

/** One problem, or some that share a status, as an answer that operations refer to. */
const responseOf = (slugs: readonly ProblemSlug[]): Json => {
  const headers: Json = Object.assign({}, ...slugs.map((slug) => headersOf[slug] ?? {}));
  return {
    description: slugs.map((slug) => problems[slug].title).join(' Or: '),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(slugs.map((slug) => [slug, exampleOf(slug)])),
      },
    },
  };
};

const refusalsOf = (route: DescribedRoute): readonly ProblemSlug[] => {
  const has = (place: 'body' | 'query' | 'path') =>
    route.inputs.some((input) => input.place === place);
  const { isPublic, isIdempotent, streamedLine, description } = route;
  const isValidated = has('body') || has('query') || isIdempotent || !isPublic;
  return [
    'malformed-request',
    ...when(isValidated, 'validation-failed'),
    ...when(!isPublic, 'unauthenticated', 'scope-missing'),
    ...when(has('path'), 'not-found'),
    ...when(has('body') || streamedLine !== undefined, 'body-too-large', 'unsupported-media-type'),
    ...when(route.isPage && route.method !== 'get', 'form-refused'),
    ...when(isIdempotent, 'idempotency-in-progress', 'idempotency-mismatch'),
    ...(description?.refuses ?? []),
    'rate-limited',
    'internal-error',
    'unavailable',
  ];
};

const when = (isSo: boolean, ...slugs: readonly ProblemSlug[]): readonly ProblemSlug[] =>
  isSo ? slugs : [];

/** Of the gateway, before it looks for whom an address is meant: it can come of any operation. */
const addressTooLong = (): Json => {
  const { value } = exampleOf('malformed-request') as { value: object };
  return {
    ...responseOf(['malformed-request']),
    description: 'The address is too long.',
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: { 'malformed-request': { value: { ...value, status: 414 } } },
      },
    },
  };
};

/** The refusals of operations, each kept once as a component. */
export class RefusalResponses {
  readonly #components = new Map<string, Json>();

  /** Status to reference, for every refusal that a route can give. */
  of(route: DescribedRoute): Json {
    const byStatus = new Map<number, Set<ProblemSlug>>();
    for (const slug of refusalsOf(route)) {
      const { status } = problems[slug];
      byStatus.set(status, (byStatus.get(status) ?? new Set()).add(slug));
    }
    this.#components.set('AddressTooLong', addressTooLong());
    return Object.fromEntries([
      ...[...byStatus].map(([status, slugs]) => {
        const name = [...slugs].map(pascal).join('Or');
        this.#components.set(name, responseOf([...slugs]));
        return [String(status), { $ref: `#/components/responses/${name}` }] as const;
      }),
      ['414', { $ref: '#/components/responses/AddressTooLong' }] as const,
    ]);
  }

  get all(): Readonly<Record<string, Json>> {
    const entries = [...this.#components].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(entries);
  }
}
