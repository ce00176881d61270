import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from '@jest/globals';
import {
  type ContactDecision,
  type DataRequestAccepted,
  type DataRequestView,
  exampleProof,
  type Problem,
  type RecordSignalsResponse,
} from '@tact/contracts';
import { type Answer, type Constellation, startConstellation } from '../constellation.ts';

/** All services for one test file, people who may be written to, and what its tests ask of both. */
export const rightsUnderTest = () => {
  let tact: Constellation;
  beforeAll(async () => {
    tact = await startConstellation({
      TACT_CLOCK: '2026-11-20T10:00:00.000Z',
      DEFAULT_COUNTRY: 'FR',
    });
  }, 60_000);
  afterAll(() => tact?.stop());

  const consent = (purpose: string) => ({
    purpose,
    channel: 'whatsapp',
    state: 'given',
    at: '2026-01-05T09:00:00Z',
    proof: exampleProof,
  });
  let people = 0;
  const newPhone = (): string => `+33639983${String((people += 1)).padStart(3, '0')}`;
  const register = async (phone: string): Promise<string> => {
    const consents = ['marketing', 'signal-analysis', 'feedback'].map(consent);
    const given = { identities: { phone }, timeZone: 'Europe/Paris', consents };
    const { body } = await tact.call<{ contactId: string }>('POST', '/v1/contacts', given);
    return body.contactId;
  };
  const ask = async (right: string, phone: string, more: object = {}): Promise<string> => {
    const body = { right, identities: { phone }, channel: 'post', ...more };
    return (await tact.call<DataRequestAccepted>('POST', '/v1/data-requests', body)).body.requestId;
  };
  /** Something is known of the contact from which a likelihood is made. */
  const called = async (contactId: string): Promise<void> => {
    const at = '2026-11-20T09:00:00Z';
    const signal = {
      id: `${contactId}/1`,
      contact: { contactId },
      kind: 'call-not-ringing',
      occurredAt: at,
    };
    const { body } = await tact.call<RecordSignalsResponse>('POST', '/v1/signals', [signal]);
    expect(body.results.map(({ status }) => status)).toEqual(['accepted']);
  };
  const likelihoodOf = (contactId: string): Promise<Answer<Problem>> =>
    tact.call('GET', `/v1/contacts/${contactId}/block-likelihood`);
  const decide = (contactId: string, purpose = 'marketing'): Promise<Answer<ContactDecision>> =>
    tact.call('POST', '/v1/contact-decisions', { contactId, channel: 'whatsapp', purpose });
  const reasonsOf = async (contactId: string, purpose?: string): Promise<readonly string[]> =>
    ((await decide(contactId, purpose)).body.reasons ?? []).map(({ reason }) => reason);
  /** Milliseconds until it is so. */
  const until = async (isSo: () => Promise<boolean>): Promise<number> => {
    const since = performance.now();
    while (!(await isSo())) await pause(25);
    return performance.now() - since;
  };
  const stateOf = async (requestId: string): Promise<string> =>
    (await tact.call<DataRequestView>('GET', `/v1/data-requests/${requestId}`)).body.state;
  const completed = async (requestId: string): Promise<void> => {
    await until(async () => (await stateOf(requestId)) === 'completed');
  };

  return {
    platform: () => tact,
    consent,
    newPhone,
    register,
    ask,
    called,
    likelihoodOf,
    decide,
    reasonsOf,
    until,
    stateOf,
    completed,
  };
};
