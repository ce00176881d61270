import type { SignalRecorded } from '@tact/contracts';
import { EntitySchema } from 'typeorm';

type Nullable<Kind extends keyof SignalRecorded> = Exclude<SignalRecorded[Kind], undefined> | null;

export type SignalRow = {
  tenantId: string;
  contactId: string;
  occurredAt: Date;
  eventId: string;
  /** Counts receipts over all contacts; nothing is ever ordered by it. */
  position: number;
  kind: SignalRecorded['kind'];
  origin: SignalRecorded['origin'];
  messageRef: Nullable<'messageRef'>;
  sender: Nullable<'sender'>;
  code: Nullable<'code'>;
  messageCategory: Nullable<'messageCategory'>;
  inboundType: Nullable<'inboundType'>;
};

export const SignalTable = new EntitySchema<SignalRow>({
  name: 'Signal',
  tableName: 'signals',
  columns: {
    tenantId: { name: 'tenant_id', type: 'text', primary: true },
    contactId: { name: 'contact_id', type: 'text', primary: true },
    occurredAt: { name: 'occurred_at', type: 'timestamptz', primary: true },
    eventId: { name: 'event_id', type: 'uuid', primary: true },
    position: { type: 'bigint' },
    kind: { type: 'text' },
    origin: { type: 'text' },
    messageRef: { name: 'message_ref', type: 'text', nullable: true },
    sender: { type: 'text', nullable: true },
    code: { type: 'integer', nullable: true },
    messageCategory: { name: 'message_category', type: 'text', nullable: true },
    inboundType: { name: 'inbound_type', type: 'text', nullable: true },
  },
});
