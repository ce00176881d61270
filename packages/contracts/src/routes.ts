import type { ServiceName } from './topics.ts';

/** Which service answers a public path; the first match wins. The gateway routes by this table. */
export const publicRoutes: readonly { readonly pattern: RegExp; readonly service: ServiceName }[] =
  [
    { pattern: /^\/v1\/webhooks(\/|$)/, service: 'ingestion' },
    { pattern: /^\/v1\/(signals|imports)(\/|$)/, service: 'ingestion' },
    {
      pattern: /^\/v1\/contacts\/(ct_[^/]+)\/(block-likelihood|signals)(\/|$)/,
      service: 'scoring',
    },
    {
      pattern: /^\/v1\/contacts\/(ct_[^/]+)\/(consents|preferences|cap-usage)(\/|$)/,
      service: 'outreach',
    },
    { pattern: /^\/v1\/contacts(\/|$)/, service: 'ingestion' },
    {
      pattern: /^\/v1\/(block-likelihoods|outcomes|models|incidents|projections)(\/|$)/,
      service: 'scoring',
    },
    {
      pattern:
        /^\/v1\/(consents|contact-decisions|cases|attempts|templates|policies|unsubscribe|feedback|analytics)(\/|$)/,
      service: 'outreach',
    },
    {
      pattern: /^\/v1\/(data-requests|suppressions|processing-records|audit-events)(\/|$)/,
      service: 'compliance',
    },
    { pattern: /^\/v1\/api-keys(\/|$)/, service: 'compliance' },
    { pattern: /^\/(privacy|\.well-known\/privacy-jwks\.json)(\/|$)/, service: 'compliance' },
  ];

const mebibyte = 1024 * 1024;

/** Largest body a path takes, in bytes; undefined where the body is a stream of any length. */
export const bodyBytesMaxOf = (path: string): number | undefined => {
  if (path.startsWith('/v1/imports')) return undefined;
  return path.startsWith('/v1/webhooks/') ? 3 * mebibyte : mebibyte;
};

/** The service of a path (without its query), or undefined: nothing is served there. */
export const serviceOfPath = (path: string): ServiceName | undefined =>
  publicRoutes.find(({ pattern }) => pattern.test(path))?.service;
