import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import {
  exampleProof,
  type ContactDecision,
  type ContactMerge,
  type ContactSplit,
  type ContactView,
  type CreatedApiKey,
} from '@tact/contracts';
import { type Constellation, startConstellation } from '../constellation.ts';

/** The present of the platform. */
const now = '2026-11-20T10:00:00.000Z';

/** All services for one test file, two members of staff with a key each, and what its tests ask of them. */
export const contactsUnderTest = () => {
  let platform: Constellation;
  let second: Record<string, string>;
  let stranger: Record<string, string>;

  beforeAll(async () => {
    platform = await startConstellation({ TACT_CLOCK: now });
    const { body } = await platform.call<CreatedApiKey>('POST', '/v1/api-keys', {
      label: 'second desk',
      scopes: ['contacts:merge'],
    });
    second = { authorization: `Bearer ${body.key}` };
    const scores = await platform.call<CreatedApiKey>('POST', '/v1/api-keys', {
      label: 'dashboard',
      scopes: ['scores:read'],
    });
    stranger = { authorization: `Bearer ${scores.body.key}` };
  }, 60_000);
  afterAll(() => platform?.stop());

  const newPhone = () => `3363998${randomInt(10_000).toString().padStart(4, '0')}`;
  const consent = (purpose: string) => ({
    purpose,
    channel: 'whatsapp',
    state: 'given',
    at: '2026-01-05T09:00:00Z',
    proof: exampleProof,
  });

  /** Somebody who may be written to, under a phone and a CRM id. */
  const register = async (purposes: readonly string[] = ['marketing']) => {
    const [phone, crmId] = [newPhone(), randomUUID()];
    const { body } = await platform.call<{ contactId: string }>('POST', '/v1/contacts', {
      identities: { phone: `+${phone}`, crmId },
      timeZone: 'Europe/Paris',
      consents: purposes.map(consent),
    });
    return { contactId: body.contactId, phone, crmId };
  };
  const decide = async (contactId: string, more: object = {}) => {
    const asked = { contactId, channel: 'whatsapp', purpose: 'marketing', ...more };
    const { body } = await platform.call<ContactDecision>('POST', '/v1/contact-decisions', asked);
    return body.reasons.map(({ reason }) => reason);
  };
  const view = async (contactId: string) =>
    (await platform.call<ContactView>('GET', `/v1/contacts/${contactId}`)).body;
  const stop = (phone: string) =>
    platform.webhook({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '990010000000101',
          changes: [
            {
              field: 'messages',
              value: {
                messages: [
                  {
                    id: `wamid.${randomInt(2 ** 40)}`,
                    from: phone,
                    timestamp: '1795168000',
                    type: 'text',
                    text: { body: 'STOP' },
                  },
                ],
              },
            },
          ],
        },
      ],
    });

  const reason = 'confirmed on the telephone';
  const propose = (from: string, into: string, headers = {}) =>
    platform.call<ContactMerge>(
      'POST',
      '/v1/contact-merges',
      { from, into, reason, proposedBy: 'Inès Martin' },
      headers,
    );
  const approve = (path: string, approvedBy = 'Karim Benali', headers = second) =>
    platform.call<ContactMerge & ContactSplit>(
      'POST',
      `${path}/approvals`,
      { approvedBy },
      headers,
    );
  const merge = async (from: string, into: string) => {
    const { body } = await propose(from, into);
    return approve(`/v1/contact-merges/${body.mergeId}`);
  };

  return {
    approve,
    consent,
    decide,
    merge,
    platform: () => platform,
    propose,
    reason,
    register,
    stop,
    stranger: () => stranger,
    view,
  };
};
