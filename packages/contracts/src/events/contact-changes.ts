import { z } from 'zod';
import { Identities } from '../identities.ts';
import { ContactId, ContactMergeId, ContactSplitId, StaffId } from '../ids.ts';
import { personal, plainText, utcTime } from '../personal.ts';
import { defineEvent } from './define.ts';

/** A member of staff, by the name that colleagues know. */
export const StaffName = personal('observer', z.string().min(1).max(120));
/** Why two contacts are one person, or one is two. */
export const ChangeReason = personal('free-text', z.string().min(1).max(500));

/** Whose name it is, where a member of staff acts. */
const person = { staffId: StaffId.optional() };

/** Who asks for it; the API key's id, never the key, or the member of staff who is signed in. */
const proposal = {
  justification: ChangeReason,
  proposedBy: StaffName,
  keyId: plainText(64),
  at: utcTime(),
  ...person,
};
/** Somebody else. */
const approval = { approvedBy: StaffName, keyId: plainText(64), at: utcTime(), ...person };

/** The contact that stays, and the one that becomes part of it. */
const merged = { mergeId: ContactMergeId, contactId: ContactId, otherContactId: ContactId };

export const ContactMergeProposed = defineEvent({
  type: 'ContactMergeProposed',
  version: 1,
  description: 'A member of staff says that two contacts are one person; a second one must agree.',
  data: z.object({ ...merged, ...proposal }),
});

export const ContactsMerged = defineEvent({
  type: 'ContactsMerged',
  version: 1,
  description:
    'Two members of staff agree that two contacts are one person: what was known by the other id is known by this one.',
  data: z.object({ ...merged, ...approval }),
});

export const ContactSplitProposed = defineEvent({
  type: 'ContactSplitProposed',
  version: 1,
  description: 'A member of staff says that a contact is two people; a second one must agree.',
  data: z.object({
    splitId: ContactSplitId,
    contactId: ContactId,
    /** The identities of the person who leaves. */
    identities: Identities,
    /** The id that the leaving person had before a merge; another one is drawn when absent. */
    otherContactId: ContactId.optional(),
    ...proposal,
  }),
});

export const ContactsSplit = defineEvent({
  type: 'ContactsSplit',
  version: 1,
  description:
    'Two members of staff agree that a contact is two people. Both keep every refusal and every counted message.',
  data: z.object({
    splitId: ContactSplitId,
    contactId: ContactId,
    otherContactId: ContactId,
    ...approval,
  }),
});
