import { EntitySchema } from 'typeorm';

/** The latest word of one person on one purpose and channel. The proof stays sealed in the ledger. */
export type ConsentRow = {
  tenantId: string;
  contactId: string;
  purpose: string;
  channel: string;
  consentId: string;
  state: string;
  at: Date;
  position: number;
};

export const ConsentTable = new EntitySchema<ConsentRow>({
  name: 'Consent',
  tableName: 'consents',
  columns: {
    tenantId: { name: 'tenant_id', type: 'text', primary: true },
    contactId: { name: 'contact_id', type: 'text', primary: true },
    purpose: { type: 'text', primary: true },
    channel: { type: 'text', primary: true },
    consentId: { name: 'consent_id', type: 'text' },
    state: { type: 'text' },
    at: { type: 'timestamptz' },
    position: { type: 'bigint' },
  },
});
