import { z } from 'zod';
import { ContactId, IdentityConflictId } from '../ids.ts';
import { personal, plainText, utcTime } from '../personal.ts';
import { StaffName } from '../events/contact-changes.ts';
import { Cursor } from './query.ts';

/**
 * `owned-by-another`: a row names a contact and carries what is another contact's alone; `another-record`: the contact has
 * another record of that connection; `another-value`: it has another value, which another connection told;
 * `joined-before`: an earlier version may have taken two people for one.
 */
export const IdentityConflictKind = z.enum([
  'owned-by-another',
  'another-record',
  'another-value',
  'joined-before',
]);
export type IdentityConflictKind = z.infer<typeof IdentityConflictKind>;

/**
 * `same-person`: they are one, and keep what they have; `moved-to-second`: what is claimed is from now on the second
 * contact's, the one that the row is about; `ignore`: the row is wrong, and told again it is left alone.
 */
export const ConflictSettlement = z.enum(['same-person', 'moved-to-second', 'ignore']);
export type ConflictSettlement = z.infer<typeof ConflictSettlement>;

/** A row whose identities cannot be one contact's. Nothing of it was applied but the refusals in it. */
export const IdentityConflict = z.object({
  conflictId: IdentityConflictId,
  kind: IdentityConflictKind,
  /** Whose identities are claimed; last the contact that the row is about, where there is one already. */
  contacts: z.array(ContactId),
  /** Where the row came from: an import and its line, or the id of the request. */
  rowRef: plainText(120),
  since: utcTime(),
  state: z
    .enum(['open', 'settled'])
    .meta({ description: 'Whether a person has still to say whose the identities are.' }),
  settlement: ConflictSettlement.optional(),
  proposedAt: utcTime().optional().meta({
    description: 'Since when a first person says `moved-to-second`; a second one has 72 hours.',
  }),
});
export type IdentityConflict = z.infer<typeof IdentityConflict>;

/** `GET /v1/identity-conflicts`: oldest first. One that came to fit by itself is gone. */
export const IdentityConflictPage = z.object({
  items: z.array(IdentityConflict),
  nextCursor: Cursor.optional(),
});
export type IdentityConflictPage = z.infer<typeof IdentityConflictPage>;

/** `POST /v1/identity-conflicts/{conflictId}/settlement`. */
export const SettleConflictRequest = z
  .strictObject({
    settlement: ConflictSettlement,
    /** Why, for whoever asks later. */
    reason: personal('free-text', z.string().min(3).max(500)),
    /** Of `moved-to-second`, by whoever calls with a key that is no member of staff’s. */
    statedBy: StaffName.optional(),
  })
  .meta({
    examples: [{ settlement: 'moved-to-second', reason: 'The number was passed on in October.' }],
  });
export type SettleConflictRequest = z.infer<typeof SettleConflictRequest>;
