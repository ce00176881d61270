import { randomBytes } from 'node:crypto';
import { exampleNoticeText, exampleProof } from '@tact/contracts';
import type { Owner } from './owner.ts';

const fresh = (): string => randomBytes(8).toString('hex');
const why = { reason: 'registered twice', proposedBy: 'Inès Martin' };
const person = async (owner: Owner): Promise<string> => (await owner.register()).contactId;

export const mappingDocument = { crm: 'other', fields: [{ from: ['Id'], to: 'record' }] };

const colleague = (owner: Owner): Promise<string> => {
  const email = `${fresh()}@example.com`;
  const body = { name: 'Inès Quatrefages', email, roles: ['agent'], language: 'fr' };
  return owner.made('staffId', '/v1/staff', { body });
};

/** How a tenant comes by something of a kind, and what it is named by. A new kind of id is a line. */
const makers = {
  contact: person,
  crmId: async (owner: Owner) => (await owner.register()).crmId,
  dataRequest: (owner: Owner) =>
    owner.made('requestId', '/v1/data-requests', {
      body: { right: 'access', identities: { email: `${fresh()}@example.com` } },
    }),
  conflict: async (owner: Owner) => {
    const [one, other] = [await owner.register(), await owner.register()];
    const identities = { phone: one.phone, crmId: other.crmId };
    return await owner.made('conflictId', '/v1/contacts', { body: { identities } });
  },
  import: (owner: Owner) =>
    owner.made('importId', '/v1/imports?type=contacts', {
      body: JSON.stringify({ id: fresh(), identities: { crmId: fresh() } }),
      headers: { 'content-type': 'application/x-ndjson' },
    }),
  mapping: (owner: Owner) =>
    owner.made('name', '/v1/import-mappings/of-the-owner', { body: mappingDocument }),
  merge: async (owner: Owner) => {
    const body = { from: await person(owner), into: await person(owner), ...why };
    return await owner.made('mergeId', '/v1/contact-merges', { body });
  },
  split: async (owner: Owner) => {
    const { contactId, crmId } = await owner.register();
    const body = { contactId, identities: { crmId }, ...why };
    return await owner.made('splitId', '/v1/contact-splits', { body });
  },
  // A fit takes fifty people and seconds: this one failed, and its card is there to be read.
  model: (owner: Owner) => owner.failedFit('2026-11-20-learned-7'),
  apiKey: (owner: Owner) =>
    owner.made('keyId', '/v1/api-keys', { body: { label: 'shop', scopes: ['scores:read'] } }),
  // With keys of one hand alone nobody else could agree, and nothing waits: an operator draws that of another.
  proposal: async (owner: Owner) => {
    await owner.madeByOperator('keyId', `/v1/tenants/${owner.business.slug}/keys`);
    const body = { label: 'desk', scopes: ['staff:write'], proposedBy: 'Inès Quatrefages' };
    return await owner.made('proposalId', '/v1/api-keys', { body });
  },
  tenant: (owner: Owner) => Promise.resolve(owner.business.slug),
  notice: (owner: Owner) =>
    owner.made('noticeId', '/v1/notices', {
      body: { slug: 'news', language: 'en', text: exampleNoticeText },
    }),
  consent: async (owner: Owner) => {
    const given = { purpose: 'feedback', channel: 'whatsapp', at: '2026-01-05T09:00:00Z' };
    const body = { contactId: await person(owner), ...given, proof: exampleProof };
    return await owner.made('consentId', '/v1/consents', { body });
  },
  staff: colleague,
  // Another one, who is still there when the first was dismissed.
  colleague,
  firstKey: (owner: Owner) => Promise.resolve(owner.business.keyId),
  session: async (owner: Owner) => {
    const email = `${fresh()}@example.com`;
    const invented = { name: 'Demo agent', email, roles: ['agent'], language: 'fr', isDemo: true };
    const body = { staffId: await owner.made('staffId', '/v1/staff', { body: invented }) };
    const code = await owner.made('code', '/v1/login-links', { body });
    return await owner.made('sessionId', '/v1/sessions', { body: { code } });
  },
  projection: () => Promise.resolve('block-likelihood'),
  rebuild: (owner: Owner) =>
    owner.madeByOperator('rebuildId', '/v1/projections/block-likelihood/rebuilds'),
  // Operators' matters, which no tenant's key opens: of these any id of the form will do.
  mail: () => Promise.resolve('0196f0c5-0000-7000-8000-000000000001'),
  canary: () => Promise.resolve('1796014800-0123456789ab'),
} as const satisfies Record<string, (owner: Owner) => Promise<string>>;

export type Kind = keyof typeof makers;

export const realId = (kind: Kind, owner: Owner): Promise<string> => owner.idOf(kind, makers[kind]);

/** Of the same form, and nobody's: letters stay letters, and what comes before the mark stays. */
const drawn = (id: string): string => {
  const [, prefix = '', rest = ''] = /^([a-z]{2}_)?(.*)$/.exec(id) ?? [];
  const hex = randomBytes(rest.length).toString('hex').slice(0, rest.length);
  return `${prefix}${hex}`;
};

const named: Readonly<Partial<Record<Kind, string>>> = {
  mapping: 'of-nobody',
  model: '2026-11-20-learned-99',
  tenant: 'nobody',
  projection: 'no-such-projection',
  mail: '0196f0c5-0000-7000-8000-000000000002',
  canary: '1796014800-ba9876543210',
};

export const randomId = (kind: Kind, real: string): string => named[kind] ?? drawn(real);

/** What stands at a place of a path, a query or a body; where places are called alike, with the step before. */
const kindsOfPlaces: Readonly<Record<string, Kind>> = {
  'import-mappings/{name}': 'mapping',
  'projections/{name}': 'projection',
  '{contactId}': 'contact',
  '{requestId}': 'dataRequest',
  '{conflictId}': 'conflict',
  '{importId}': 'import',
  '{mergeId}': 'merge',
  '{splitId}': 'split',
  '{version}': 'model',
  '{keyId}': 'apiKey',
  '{proposalId}': 'proposal',
  '{slug}': 'tenant',
  '{noticeId}': 'notice',
  '{mailId}': 'mail',
  '/*/proof/noticeId': 'notice',
  '{consentId}': 'consent',
  '{staffId}': 'staff',
  '{sessionId}': 'session',
  '/noticeId': 'notice',
  '/proof/noticeId': 'notice',
  '/consents/*/proof/noticeId': 'notice',
  '/staffId': 'colleague',
  '/actor': 'colleague',
  '?subject': 'contact',
  '?actor': 'firstKey',
  '{rebuildId}': 'rebuild',
  '{canaryId}': 'canary',
  '/contact/crmId': 'crmId',
  '/*/contact/crmId': 'crmId',
  '/identity/crmId': 'crmId',
  '/contactId': 'contact',
  '/from': 'contact',
  '/into': 'contact',
  '/contact/contactId': 'contact',
  '/*/contact/contactId': 'contact',
  '/*/contactId': 'contact',
};

/** Whoever holds one of these may use it, with no key at all: it is drawn from 256 bits, and of no tenant's making. */
export const opensByItself: ReadonlySet<string> = new Set(['{token}']);

/** Undefined: nobody has said what stands there, and the test fails. */
export const kindOf = (path: string, place: string): Kind | undefined => {
  const before = path.split(`/${place}`)[0]?.split('/').at(-1);
  return kindsOfPlaces[`${before}/${place}`] ?? kindsOfPlaces[place];
};
