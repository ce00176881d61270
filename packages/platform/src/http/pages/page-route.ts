import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Answers } from '../openapi/describe.ts';

/** Bytes of a form, and fields in it: a person fills in no more. */
export const FORM_BYTES_MAX = 64 * 1024;

export const pageKey = 'tact:page';

type PageConfiguration = {
  readonly isPage: true;
  readonly formBytesMax: number;
  readonly takesOneClick: boolean;
};

export type PageOptions = {
  /** RFC 8058: a mail program posts here from a site of its own, and says so in the body. */
  readonly takesOneClick?: boolean;
};

/** For `/openapi.json`: HTML has no shape of its own there. */
const Html = z.string().meta({ contentMediaType: 'text/html' });

/**
 * A route that shows a page to a person: it takes what forms send (`@Body() fields`), from its own pages alone, and tells
 * browsers of problems in pages too. A GET changes nothing, because who checks links for safety's sake follows each.
 */
export const PageRoute = (
  description = 'A page for people.',
  { takesOneClick = false }: PageOptions = {},
) =>
  applyDecorators(
    RouteConfig({
      isPage: true,
      formBytesMax: FORM_BYTES_MAX,
      takesOneClick,
    } satisfies PageConfiguration),
    SetMetadata(pageKey, true),
    Answers(Html, { type: 'text/html', description }),
  );

const configOf = (config: unknown): Partial<PageConfiguration> => config ?? {};

export const isPage = ({ routeOptions }: FastifyRequest): boolean =>
  configOf(routeOptions.config).isPage === true;

export const formBytesMaxOf = (config: unknown): number | undefined =>
  configOf(config).formBytesMax;

export const takesOneClick = ({ routeOptions }: FastifyRequest): boolean =>
  configOf(routeOptions.config).takesOneClick === true;
