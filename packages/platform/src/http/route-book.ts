import type { FastifyRequest, RouteOptions } from 'fastify';
import { ProblemError } from './problem-error.ts';
import { problemOfError } from './problem-of-error.ts';

type Entry = { readonly pattern: RegExp; readonly methods: Set<string> };

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('/')
      .map((step) =>
        step.startsWith(':') ? '[^/]+' : step.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
      )
      .join('/')}$`,
  );

/** Remembers the routes there are, to tell a wrong method (405) from a wrong path (404). */
export class RouteBook {
  readonly #entries = new Map<string, Entry>();

  note({ url, method }: RouteOptions): void {
    const entry = this.#entries.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const one of [method].flat()) entry.methods.add(one);
    this.#entries.set(url, entry);
  }

  /** Routes that no controller declares: they would be in no description, and open to whoever finds them. */
  undescribed(described: readonly { readonly method: string; readonly path: string }[]): string[] {
    const known = new Set(described.map(({ method, path }) => `${method.toUpperCase()} ${path}`));
    return [...this.#entries]
      .flatMap(([url, { methods }]) => [...methods].map((method) => ({ method, url })))
      .map(
        ({ method, url }) =>
          `${method === 'HEAD' ? 'GET' : method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`,
      )
      .filter((route) => !known.has(route));
  }

  /** A path that stands in the book word by word is that route's alone, and no value of another's parameter. */
  refuseShadowed({ method, url, routeOptions }: FastifyRequest): void {
    const [path = ''] = url.split('?');
    const own = this.#entries.get(path);
    if (own === undefined || routeOptions.url === path || routeOptions.url === undefined) return;
    if (own.methods.has(method)) return;
    throw new ProblemError('method-not-allowed', {
      headers: { allow: [...own.methods].toSorted().join(', ') },
    });
  }

  #methodsOf(path: string): string[] {
    const own = this.#entries.get(path);
    const found =
      own === undefined
        ? [...this.#entries.values()].filter(({ pattern }) => pattern.test(path))
        : [own];
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted();
  }

  /** A "not found" of the router becomes "method not allowed" where another method is served. */
  explain(request: FastifyRequest, thrown: unknown): unknown {
    if (!request.is404 || problemOfError(thrown).slug !== 'not-found') return thrown;
    const [path = ''] = request.url.split('?');
    const allowed = this.#methodsOf(path);
    if (allowed.length === 0 || allowed.includes(request.method)) return thrown;
    return new ProblemError('method-not-allowed', { headers: { allow: allowed.join(', ') } });
  }
}
