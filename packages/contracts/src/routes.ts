import type { ServiceName } from './topics.ts';

export type PublicRoute = {
  readonly pattern: RegExp;
  readonly service: ServiceName;
  /** False where whoever calls has no API key: WhatsApp, a person, another system's key reader. */
  readonly needsKey: boolean;
};

/** Which service answers a public path; the first match wins. The gateway routes by this table. */
export const publicRoutes: readonly PublicRoute[] = [
  // What proves a webhook is the signature over its body.
  { pattern: /^\/v1\/webhooks(\/|$)/, service: 'ingestion', needsKey: false },
  { pattern: /^\/v1\/(signals|imports)(\/|$)/, service: 'ingestion', needsKey: true },
  {
    pattern: /^\/v1\/contacts\/(ct_[^/]+)\/(block-likelihood|signals)(\/|$)/,
    service: 'scoring',
    needsKey: true,
  },
  {
    pattern: /^\/v1\/contacts\/(ct_[^/]+)\/(consents|preferences|cap-usage)(\/|$)/,
    service: 'outreach',
    needsKey: true,
  },
  { pattern: /^\/v1\/contacts(\/|$)/, service: 'ingestion', needsKey: true },
  {
    pattern: /^\/v1\/(block-likelihoods|outcomes|models|incidents|projections)(\/|$)/,
    service: 'scoring',
    needsKey: true,
  },
  // The link in a message is the person's own proof.
  { pattern: /^\/v1\/unsubscribe(\/|$)/, service: 'outreach', needsKey: false },
  {
    pattern:
      /^\/v1\/(consents|contact-decisions|cases|attempts|templates|policies|feedback|analytics)(\/|$)/,
    service: 'outreach',
    needsKey: true,
  },
  {
    pattern: /^\/v1\/(data-requests|suppressions|processing-records|audit-events)(\/|$)/,
    service: 'compliance',
    needsKey: true,
  },
  { pattern: /^\/v1\/api-keys(\/|$)/, service: 'compliance', needsKey: true },
  {
    pattern: /^\/(privacy|\.well-known\/privacy-jwks\.json)(\/|$)/,
    service: 'compliance',
    needsKey: false,
  },
];

const mebibyte = 1024 * 1024;

/** Largest body a path takes, in bytes; undefined where the body is a stream of any length. */
export const bodyBytesMaxOf = (path: string): number | undefined => {
  if (/^\/v1\/imports(\/|$)/.test(path)) return undefined;
  return path.startsWith('/v1/webhooks/') ? 3 * mebibyte : mebibyte;
};

/** The row of a path (without its query), or undefined: nothing is served there. */
export const publicRouteOf = (path: string): PublicRoute | undefined =>
  publicRoutes.find(({ pattern }) => pattern.test(path));

/** The service of a path (without its query), or undefined: nothing is served there. */
export const serviceOfPath = (path: string): ServiceName | undefined =>
  publicRouteOf(path)?.service;
