import { Readable } from 'node:stream';
import { applyDecorators, createParamDecorator, SetMetadata } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { z } from 'zod';
import { isModest, JSON_DEPTH_MAX, JSON_VALUES_MAX } from './json-shape.ts';
import { isStorable, utf8Of } from './json-texts.ts';
import { registerFormParser } from './pages/form-fields.ts';
import { formBytesMaxOf, isPage } from './pages/page-route.ts';
import { ProblemError } from './problem-error.ts';
import { stateOf } from './request-state.ts';
import { webhookRateLimit } from './webhook-rate-limit.ts';

const MEBIBYTE = 1024 * 1024;

/** Largest JSON body, in bytes. */
export const BODY_BYTES_MAX = MEBIBYTE;

/** Largest body of a raw route, in bytes: the size Meta documents for a webhook. */
const RAW_BYTES_MAX = 3 * MEBIBYTE;

type RouteConfiguration = {
  rawBytesMax?: number;
  streamed?: boolean;
};

export const streamedLineKey = 'tact:streamed-line';

/** Content types whose bodies may be of any length, a line after the other. */
const streamedTypes = /^(?:application\/(?:x-)?(?:ndjson|jsonl|jsonlines)|text\/csv)\b/i;

/** A body as it comes, to be read to its end. */
export type StreamedBody = { readonly body: Readable; readonly format: 'ndjson' | 'csv' };

/** The body of a streamed route; one without a content type that is served, or compressed, is refused. */
export const Streamed = createParamDecorator(
  (_data: unknown, host: ExecutionContext): StreamedBody => {
    const { body, headers } = host.switchToHttp().getRequest<FastifyRequest>();
    if (!(body instanceof Readable)) throw notStreamable();
    return { body, format: /csv/i.test(headers['content-type'] ?? '') ? 'csv' : 'ndjson' };
  },
);

/**
 * The route gets the body as it comes (`@Streamed() body: StreamedBody`), NDJSON or CSV of any length. `line` is what a line looks like, for `/openapi.json`; the route checks each itself.
 */
export const StreamRoute = ({ line }: { line: z.ZodType }) =>
  applyDecorators(
    RouteConfig({ streamed: true } satisfies RouteConfiguration),
    SetMetadata(streamedLineKey, line),
  );

/**
 * A webhook's route: it gets the exact bytes (`@RawBody() bytes: Buffer`), whatever their content type. A signature is
 * over bytes, and JSON that does not parse is the route's own business.
 */
export const RawRoute = () =>
  RouteConfig({ rawBytesMax: RAW_BYTES_MAX, ...webhookRateLimit } satisfies RouteConfiguration);

const rawBytesMaxOf = (config: unknown): number | undefined =>
  (config as RouteConfiguration | undefined)?.rawBytesMax;

const isRaw = (request: FastifyRequest): boolean =>
  rawBytesMaxOf(request.routeOptions.config) !== undefined;

export const isStreamed = (request: FastifyRequest): boolean =>
  (request.routeOptions.config as RouteConfiguration | undefined)?.streamed === true;

/** Called for each route as it is registered: raw routes and pages get their own limit. */
export const applyBodyLimit = (route: RouteOptions): void => {
  const bytesMax = rawBytesMaxOf(route.config) ?? formBytesMaxOf(route.config);
  if (bytesMax !== undefined) route.bodyLimit = bytesMax;
};

/** Where the interceptor for idempotency keys, and Nest's `@RawBody()`, look for them. */
const keepBytes = (request: FastifyRequest, bytes: Buffer): void => {
  stateOf(request).rawBody = bytes;
  Object.assign(request, { rawBody: bytes });
};

/** Refused on its head: read to tell its type, a large one would be refused for its size. */
export const refusalOfStream = (request: FastifyRequest): ProblemError | undefined =>
  isStreamed(request) && !streamedTypes.test(request.headers['content-type'] ?? '')
    ? notStreamable()
    : undefined;

type Done = (error: Error | null, body?: unknown) => void;

const notStreamable = () =>
  new ProblemError('unsupported-media-type', {
    detail: 'Send application/x-ndjson or text/csv, not compressed.',
  });
const notJson = () =>
  new ProblemError('unsupported-media-type', { detail: 'Send application/json.' });

const notAForm = () =>
  new ProblemError('unsupported-media-type', {
    detail: 'Send application/x-www-form-urlencoded.',
  });

const immodest = `The body is nested deeper than ${JSON_DEPTH_MAX} levels or holds more than ${JSON_VALUES_MAX} values: send less at a time.`;

/** A body of no type that is read here: a raw route takes it as it is, and nobody else does. */
const otherBody = (request: FastifyRequest, bytes: Buffer): Buffer | undefined => {
  keepBytes(request, bytes);
  if (isRaw(request)) return bytes;
  if (bytes.length === 0) return undefined;
  throw isPage(request) ? notAForm() : notJson();
};

/** Replaces Fastify's parsers: bytes are kept for fingerprints, and poisoned keys are refused. */
export const registerBodyParsers = (fastify: FastifyInstance): void => {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  const parseAs = 'buffer' as const;
  fastify.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs },
    (request, bytes, done: Done) => {
      keepBytes(request, bytes);
      if (isRaw(request)) return done(null, bytes);
      // Many clients name the type of a body they do not send; a schema, where there is one, refuses it.
      if (bytes.length === 0) return done(null, undefined);
      const refuse = (detail = 'The body is not valid JSON.') =>
        done(new ProblemError('malformed-request', { detail }));
      const json = utf8Of(bytes);
      if (json === undefined) return refuse('The body is not UTF-8.');
      if (!isModest(bytes)) return refuse(immodest);
      try {
        // The parser's own error text quotes the body, so it is never passed on.
        void parseJson(request, json, (error, body) => {
          if (error) return refuse();
          if (isStorable(json, body)) return done(null, body);
          return refuse('A text holds U+0000 or half a surrogate pair.');
        });
      } catch {
        refuse();
      }
    },
  );
  fastify.addContentTypeParser<Buffer>(
    '*',
    { parseAs },
    async (request: FastifyRequest, bytes: Buffer) => Promise.resolve(otherBody(request, bytes)),
  );
  registerFormParser(fastify, otherBody);
  fastify.addContentTypeParser(streamedTypes, (request, payload, done: Done) => {
    if (isStreamed(request)) done(null, payload);
    else done(notJson());
  });
};
