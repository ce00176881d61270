import { z } from 'zod';
import { ConflictSettlement, IdentityConflictKind } from '../http/identity-conflicts.ts';
import { ContactId, IdentityConflictId } from '../ids.ts';
import { personal, plainText } from '../personal.ts';
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
