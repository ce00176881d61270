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

/** What one person asked us to stop; standing on every channel but those where they asked to hear from us again later. */
export type SuppressionRow = {
  tenantId: string;
  contactId: string;
  scope: string;
  ground: string | null;
  suppressedAt: Date | null;
  /** RFC 3339 UTC by channel. */
  liftedOn: Readonly<Record<string, string>>;
};

export const SuppressionTable = new EntitySchema<SuppressionRow>({
  name: 'Suppression',
  tableName: 'suppressions',
  columns: {
    tenantId: { name: 'tenant_id', type: 'text', primary: true },
    contactId: { name: 'contact_id', type: 'text', primary: true },
    scope: { type: 'text', primary: true },
    ground: { type: 'text', nullable: true },
    suppressedAt: { name: 'suppressed_at', type: 'timestamptz', nullable: true },
    liftedOn: { name: 'lifted_on', type: 'jsonb' },
  },
});

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
