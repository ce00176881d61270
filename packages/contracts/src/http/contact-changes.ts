import { z } from 'zod';
import { ChangeReason, StaffName } from '../events/contact-changes.ts';
import { SomeIdentities } from '../identities.ts';
import { ContactId, ContactMergeId, ContactSplitId } from '../ids.ts';
import { utcTime } from '../personal.ts';

const someContact = (digit: string): string => `ct_${digit.repeat(32)}`;
/** Of a member of staff, their own name is taken; whoever calls with a key that is nobody's says theirs. */
const statedName = StaffName.optional();
const proposal = { reason: ChangeReason, proposedBy: statedName };

/** `POST /v1/contact-merges`: two contacts are one person. Nothing happens before somebody else approves. */
export const ProposeMergeRequest = z
  .strictObject({
    /** The contact that becomes part of the other. */
    from: ContactId,
    /** The contact that stays. */
    into: ContactId,
    ...proposal,
  })
  .meta({
    examples: [
      {
        from: someContact('0'),
        into: someContact('1'),
        reason: 'registered twice, confirmed on the telephone',
        proposedBy: 'Inès Martin',
      },
    ],
  });
export type ProposeMergeRequest = z.infer<typeof ProposeMergeRequest>;

/** `POST /v1/contact-splits`: a contact is two people. Nothing happens before somebody else approves. */
export const ProposeSplitRequest = z
  .strictObject({
    contactId: ContactId,
    /** The identities of the person who leaves; the others stay. */
    identities: SomeIdentities,
    /** An id that was merged into the contact, for the person who leaves; another one is drawn when absent. */
    into: ContactId.optional(),
    ...proposal,
  })
  .meta({
    examples: [
      {
        contactId: someContact('1'),
        identities: { phone: '+33639980990' },
        reason: 'the number is her brother’s',
        proposedBy: 'Inès Martin',
      },
    ],
  });
export type ProposeSplitRequest = z.infer<typeof ProposeSplitRequest>;

/** `.../approvals`: a second person agrees; in a tenant without staff, another key under another name. */
export const ApproveChangeRequest = z
  .strictObject({ approvedBy: statedName })
  .meta({ examples: [{ approvedBy: 'Karim Benali' }] });
export type ApproveChangeRequest = z.infer<typeof ApproveChangeRequest>;

const progress = {
  reason: ChangeReason,
  proposedBy: StaffName,
  proposedAt: utcTime(),
  approvedBy: StaffName.optional(),
  approvedAt: utcTime().optional(),
};

/** `GET /v1/contact-merges/{mergeId}`. */
export const ContactMerge = z.object({
  mergeId: ContactMergeId,
  state: z.enum(['proposed', 'merged']),
  from: ContactId,
  into: ContactId,
  ...progress,
});
export type ContactMerge = z.infer<typeof ContactMerge>;

/** `GET /v1/contact-splits/{splitId}`. Which identities leave is not repeated. */
export const ContactSplit = z.object({
  splitId: ContactSplitId,
  state: z.enum(['proposed', 'split']),
  contactId: ContactId,
  /** Whom the identities went to; once it is split, or where the proposal names it. */
  into: ContactId.optional(),
  ...progress,
});
export type ContactSplit = z.infer<typeof ContactSplit>;
