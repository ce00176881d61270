import type { ServiceName } from './topics.ts';

export type PublicRoute = {
  readonly under: string;
  readonly pattern: RegExp;
  readonly service: ServiceName;
  /** False where whoever calls has no API key: WhatsApp, a person, another system's key reader. */
  readonly needsKey: boolean;
};

/** A path and all below it. `{contactId}` stands for an id of that kind, so that `/v1/contacts/search` is none. */
const route = (
  under: string,
  service: ServiceName,
  { needsKey = true }: { readonly needsKey?: boolean } = {},
): PublicRoute => ({
  under,
  pattern: new RegExp(`^${under.replace('{contactId}', 'ct_[^/]+')}(?:/|$)`),
  service,
  needsKey,
});

/**
 * Which service answers a public path; the first match wins. The gateway routes by this table: what it does not name
 * is served on a service's own port alone.
 */
export const publicRoutes: readonly PublicRoute[] = [
  // What proves a webhook is the signature over its body.
  route('/v1/webhooks', 'ingestion', { needsKey: false }),
  route('/v1/signals', 'ingestion'),
  route('/v1/imports', 'ingestion'),
  route('/v1/import-mappings', 'ingestion'),
  route('/v1/alerts', 'ingestion'),
  route('/v1/identity-conflicts', 'ingestion'),
  route('/v1/contacts/{contactId}/block-likelihood', 'scoring'),
  route('/v1/contacts/{contactId}/signals', 'scoring'),
  route('/v1/contacts/{contactId}/consents', 'outreach'),
  route('/v1/contacts/{contactId}/preferences', 'outreach'),
  route('/v1/contacts/{contactId}/restrictions', 'compliance'),
  route('/v1/contacts/{contactId}/restrictions/lifts', 'compliance'),
  route('/v1/contacts', 'ingestion'),
  route('/v1/contact-merges', 'ingestion'),
  route('/v1/contact-splits', 'ingestion'),
  route('/v1/block-likelihoods', 'scoring'),
  route('/v1/outcomes', 'scoring'),
  route('/v1/models', 'scoring'),
  route('/v1/incidents', 'scoring'),
  route('/v1/consents', 'outreach'),
  route('/v1/notices', 'outreach'),
  // Whoever has the link of a mail: a token opens it.
  route('/c', 'outreach', { needsKey: false }),
  route('/v1/unsubscribe', 'outreach', { needsKey: false }),
  route('/v1/contact-decisions', 'outreach'),
  route('/v1/data-requests', 'compliance'),
  route('/v1/api-keys', 'compliance'),
  route('/v1/staff', 'compliance'),
  route('/v1/proposals', 'compliance'),
  route('/v1/login-links', 'compliance'),
  // What opens a session is its code, and what it is known by is no key.
  route('/v1/sessions', 'compliance', { needsKey: false }),
  route('/v1/audit-events', 'compliance'),
  // Whoever was given something signed checks it.
  route('/.well-known/privacy-jwks.json', 'compliance', { needsKey: false }),
  route('/v1/tenants', 'compliance'),
  route('/v1/tenant', 'compliance'),
];

const MEBIBYTE = 1024 * 1024;

/** Largest body a path takes, in bytes; undefined where the body is a stream of any length. */
export const bodyBytesMaxOf = (path: string): number | undefined => {
  if (/^\/v1\/imports(\/|$)/.test(path)) return undefined;
  return path.startsWith('/v1/webhooks/') ? 3 * MEBIBYTE : MEBIBYTE;
};

/** The row of a path (without its query), or undefined: nothing is served there. */
export const publicRouteOf = (path: string): PublicRoute | undefined =>
  publicRoutes.find(({ pattern }) => pattern.test(path));

/** The service of a path (without its query), or undefined: nothing is served there. */
export const serviceOfPath = (path: string): ServiceName | undefined =>
  publicRouteOf(path)?.service;
