import { createHmac, randomBytes } from 'node:crypto';
import { exampleProof } from '@tact/contracts';
import { mappingDocument } from './kinds.ts';
import type { Asked, Owner } from './owner.ts';

/** What a call says beside the id that is tried: of who asks, and with a contact of theirs. */
export type Asker = {
  readonly owner: Owner;
  readonly contactId: string;
  readonly noticeId: string;
};
export type Probe = (id: string, asker: Asker) => Asked & { readonly query?: string };

const why = { reason: 'registered twice', proposedBy: 'Inès Martin' };
const at = '2026-10-05T09:00:00Z';
const consent = { purpose: 'marketing', channel: 'whatsapp', at, proof: exampleProof };
const shownBy = (noticeId: string) => ({
  ...consent,
  proof: { source: 'form', method: 'form', noticeId },
});
const asked = { purpose: 'marketing', channel: 'email' };
const witness = { name: 'Inès Martin', method: 'in-person', evidence: 'visit book' };
const fresh = (): string => randomBytes(6).toString('hex');

const approval: Probe = () => ({ body: { approvedBy: 'Paul Rey' } });
const reasoned: Probe = () => ({ body: { reason: 'asked for on paper' } });
const stated: Probe = (contactId) => ({ body: { contactId, ...consent } });
const statedByName: Probe = (crmId) => ({ body: { contact: { crmId }, ...consent } });
const signalOf = (contact: object) => [
  { id: fresh(), contact, kind: 'call-not-ringing', occurredAt: at },
];
const signal: Probe = (contactId) => ({ body: signalOf({ contactId }) });
const fileOf = (line: object): Asked & { readonly query: string } => ({
  body: JSON.stringify({ id: fresh(), state: 'given', ...line }),
  headers: { 'content-type': 'application/x-ndjson' },
  query: '?type=consents',
});
const file: Probe = (contactId) => fileOf({ contact: { contactId }, ...consent });
const fileByNotice: Probe = (noticeId, { contactId }) =>
  fileOf({ contact: { contactId }, ...shownBy(noticeId) });
const byNotice: Probe = (noticeId, { contactId }) => ({
  body: { contactId, ...shownBy(noticeId) },
});
const signed: Probe = (_id, { owner: { business } }) => {
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [] });
  const { appSecret } = business.account;
  const hmac = createHmac('sha256', appSecret).update(body).digest('hex');
  return { body, headers: { 'x-hub-signature-256': `sha256=${hmac}` } };
};

/**
 * What a route is told beside the id, where its path does not say enough: a line for each place, also of names that no pattern
 * tells from other texts. A route that takes a body and has an id, and is not here, fails.
 */
export const probes: Readonly<Record<string, Readonly<Record<string, Probe>>>> = {
  verifyTenantWebhook: {
    '{slug}': (_id, { owner: { business } }) => ({
      query: `?hub.mode=subscribe&hub.challenge=1&hub.verify_token=${business.account.verifyToken}`,
    }),
  },
  receiveTenantWebhook: { '{slug}': signed },
  settleIdentityConflict: {
    '{conflictId}': () => ({ body: { settlement: 'ignore', reason: 'a slip of the pen' } }),
  },
  searchContact: { '/identity/crmId': (crmId) => ({ body: { identity: { crmId } } }) },
  recordSignals: {
    '/contact/contactId': signal,
    '/*/contact/contactId': signal,
    '/*/contact/crmId': (crmId) => ({ body: signalOf({ crmId }) }),
  },
  recordOutcomes: {
    '/*/contactId': (contactId) => ({ body: [{ id: fresh(), contactId, kind: 'blocked', at }] }),
    '/*/contact/crmId': (crmId) => ({
      body: [{ id: fresh(), contact: { crmId }, kind: 'blocked', at }],
    }),
  },
  startImport: { '/*/contact/contactId': file, '/*/proof/noticeId': fileByNotice },
  previewImport: { '/*/contact/contactId': file, '/*/proof/noticeId': fileByNotice },
  putImportMapping: { '{name}': () => ({ body: mappingDocument }) },
  proposeMerge: {
    '/from': (from, { contactId: into }) => ({ body: { from, into, ...why } }),
    '/into': (into, { contactId: from }) => ({ body: { from, into, ...why } }),
  },
  approveMerge: { '{mergeId}': approval },
  proposeSplit: {
    '/contactId': (contactId) => ({ body: { contactId, identities: { crmId: 'c-1' }, ...why } }),
    '/into': (into, { contactId }) => ({
      body: { contactId, into, identities: { crmId: 'c-1' }, ...why },
    }),
  },
  approveSplit: { '{splitId}': approval },
  promoteModel: {
    '{version}': () => ({ body: { reason: 'better', comparedWith: '2026-11-20-learned-9' } }),
  },
  recordConsent: {
    '/contactId': stated,
    '/contact/crmId': statedByName,
    '/proof/noticeId': byNotice,
  },
  withdrawConsent: {
    '/contactId': stated,
    '/contact/crmId': statedByName,
    '/proof/noticeId': byNotice,
  },
  registerContact: {
    '/consents/*/proof/noticeId': (noticeId) => ({
      body: {
        identities: { crmId: fresh() },
        consents: [{ state: 'given', ...shownBy(noticeId) }],
      },
    }),
  },
  askConfirmation: {
    '/contactId': (contactId, { noticeId }) => ({ body: { contactId, noticeId, ...asked } }),
    '/noticeId': (noticeId, { contactId }) => ({ body: { contactId, noticeId, ...asked } }),
  },
  setPreferences: { '{contactId}': () => ({ body: { perDayMax: 1 } }) },
  approveRoles: { '{staffId}': () => ({ body: { roles: ['agent'] } }) },
  changeStaff: { '{staffId}': () => ({ body: { roles: ['agent'] } }) },
  makeLoginLink: { '/staffId': (staffId) => ({ body: { staffId } }) },
  createApiKey: {
    '/actor': (actor) => ({ body: { label: 'desk', scopes: ['scores:read'], actor } }),
  },
  listAuditEvents: {
    '?subject': (id) => ({ query: `?subject=${id}` }),
    '?actor': (id) => ({ query: `?actor=${id}` }),
  },
  reopenConsent: {
    '/contactId': (contactId) => ({ body: { contactId, ...consent, witness } }),
    '/proof/noticeId': (noticeId, { contactId }) => ({
      body: { contactId, ...shownBy(noticeId), witness },
    }),
  },
  decideContact: {
    '/contactId': (contactId) => ({
      body: { contactId, channel: 'whatsapp', purpose: 'marketing' },
    }),
    '/contact/crmId': (crmId) => ({
      body: { contact: { crmId }, channel: 'whatsapp', purpose: 'marketing' },
    }),
  },
  approveProposal: {
    '{proposalId}': () => ({ body: { contentSha256: 'a'.repeat(64), approvedBy: 'Paul Rey' } }),
  },
  askDataRequestCode: { '{requestId}': () => ({ body: { channel: 'email' } }) },
  verifyDataRequest: { '{requestId}': () => ({ body: { code: '00000000' } }) },
  extendDataRequest: { '{requestId}': reasoned },
  pauseDataRequest: { '{requestId}': reasoned },
  completeDataRequest: { '{requestId}': reasoned },
  proposeRefusal: {
    '{requestId}': () => ({
      body: { ground: 'excessive', evidence: 'nine copies', proposedBy: 'Inès Martin' },
    }),
  },
  approveRefusal: {
    '{requestId}': () => ({ body: { proposedAt: at, approvedBy: 'Paul Rey' } }),
  },
  restrictContact: { '{contactId}': reasoned },
  liftRestriction: {
    '{contactId}': () => ({ body: { reason: 'put right', noticedAt: at } }),
  },
  rotateApiKey: { '{keyId}': () => ({ body: {} }) },
  eraseStaff: { '{staffId}': () => ({ body: {} }) },
  changeTenant: { '{slug}': () => ({ body: { name: 'Maison', defaultCountry: 'FR' } }) },
};

/**
 * Where a tenant is answered about its own id as about another one's: whether a contact is known must not show in what takes
 * facts, a name is each tenant's own, and a split into an id that was never merged is refused whosever it is.
 */
export const answersAlike: ReadonlySet<string> = new Set([
  'recordSignals /contact/contactId',
  'recordSignals /*/contact/contactId',
  'recordSignals /*/contact/crmId',
  'recordOutcomes /*/contactId',
  'recordOutcomes /*/contact/crmId',
  'startImport /*/contact/contactId',
  'startImport /*/proof/noticeId',
  'previewImport /*/contact/contactId',
  'previewImport /*/proof/noticeId',
  'withdrawConsent /proof/noticeId',
  'putImportMapping {name}',
  'proposeSplit /into',
]);
