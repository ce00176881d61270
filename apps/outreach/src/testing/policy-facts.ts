import { randomUUID } from 'node:crypto';
import { exampleProof } from '@tact/contracts';
import type { PolicyFact } from '../ledger/contact-policies.ts';

/** The present of outreach's tests. */
export const now = '2026-11-20T10:00:00.000Z';
export const proof = exampleProof;

export const factOf = (command: PolicyFact['command']): PolicyFact => ({
  id: randomUUID(),
  command,
  cause: { id: randomUUID(), correlationid: randomUUID(), tenantid: 'demo' },
});
export const zoneFact = (contactId: string) =>
  factOf({ kind: 'set-time-zone', contactId, timeZone: 'Europe/Paris' });
export const consentFact = (
  contactId: string,
  purpose: 'marketing' | 'service-message' = 'marketing',
  at = '2026-01-05T09:00:00.000Z',
) =>
  factOf({
    kind: 'give-consent',
    contactId,
    purpose,
    channel: 'whatsapp',
    proof,
    at,
    consentId: `co_${randomUUID().replaceAll('-', '')}`,
  });
export const sentFact = (contactId: string) => {
  const messageRef = `mr_${randomUUID().replaceAll('-', '')}`;
  return factOf({ kind: 'count-outbound', contactId, at: now, messageRef });
};
