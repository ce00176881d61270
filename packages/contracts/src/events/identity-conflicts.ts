import { z } from 'zod';
import { ConflictSettlement, IdentityConflictKind } from '../http/identity-conflicts.ts';
import { ContactId, IdentityConflictId, StaffId } from '../ids.ts';
import { personal, plainText, utcTime } from '../personal.ts';
import { StaffName } from './contact-changes.ts';
import { defineEvent } from './define.ts';

export const IdentityConflictSettled = defineEvent({
  type: 'IdentityConflictSettled',
  version: 1,
  description: 'A person decided whose identities are that two records claim.',
  data: z.object({
    contactId: ContactId,
    conflictId: IdentityConflictId,
    kind: IdentityConflictKind,
    settlement: ConflictSettlement,
    justification: personal('free-text', z.string().min(1).max(500)),
    /** The API key's id, never the key. */
    keyId: plainText(64),
  }),
});

export const IdentityConflictSettlementProposed = defineEvent({
  type: 'IdentityConflictSettlementProposed',
  version: 1,
  description:
    'A member of staff says that what two records claim is the second contact’s; a second one must agree.',
  data: z.object({
    contactId: ContactId,
    conflictId: IdentityConflictId,
    kind: IdentityConflictKind,
    settlement: ConflictSettlement,
    justification: personal('free-text', z.string().min(1).max(500)),
    proposedBy: StaffName,
    keyId: plainText(64),
    staffId: StaffId.optional(),
    at: utcTime(),
  }),
});
