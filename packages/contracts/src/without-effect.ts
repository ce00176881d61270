import { z } from 'zod';

/**
 * Why a part of a webhook, or a line, was taken and changed nothing. Whoever drops something names one of these, and
 * each is counted: an answer of 200 never hides that nothing was stored.
 */
export const WithoutEffect = z.enum([
  'foreign-object',
  'foreign-account',
  'field-not-supported',
  'value-unreadable',
  'nothing-told',
  'status-unknown',
  'group-message',
  'group-change',
  'message-not-from-contact',
  'call-without-evidence',
  'contact-book',
  'history-declined',
  'person-not-named',
  'not-a-message',
  'contact-unknown',
  'consent-missing',
  'contact-erased',
  'waits-for-message',
  'message-never-came',
  'waits-for-its-time',
  'timestamp-in-future',
]);
export type WithoutEffect = z.infer<typeof WithoutEffect>;

type Explanation = { readonly why: string; /** What to do when it grows. */ readonly todo: string };

const meta = 'Compare what Meta sends with its documentation: a format may have changed.';

export const withoutEffectTexts: Record<WithoutEffect, Explanation> = {
  'foreign-object': {
    why: 'The webhook is not of a WhatsApp Business Account.',
    todo: 'Look at which products the Meta app has subscribed to this address.',
  },
  'foreign-account': {
    why: 'The WhatsApp Business Account is not one of ours.',
    todo: 'Have the operator add the account to its tenant (tact tenants update), or end its subscription at Meta.',
  },
  'field-not-supported': {
    why: 'Tact does not read this field of the webhook.',
    todo: 'Unsubscribe the field at Meta, or ask for Tact to read it.',
  },
  'value-unreadable': { why: 'The part does not have the form of its field.', todo: meta },
  'nothing-told': { why: 'The part holds nothing.', todo: meta },
  'status-unknown': { why: 'Tact does not know the status.', todo: meta },
  'group-message': {
    why: 'What happens in a group says nothing about one person.',
    todo: 'Nothing, unless the business did not mean to write to groups.',
  },
  'group-change': {
    why: 'A group changed, or somebody left it, which is no evidence.',
    todo: 'Nothing, unless the business did not mean to write to groups.',
  },
  'message-not-from-contact': {
    why: 'A system message that is no change of number or id.',
    todo: meta,
  },
  'call-without-evidence': {
    why: 'How the call ended says nothing about the person’s phone.',
    todo: 'Nothing, unless calls stopped going through: look at them in the WhatsApp manager.',
  },
  'contact-book': {
    why: 'A contact book was shared; the people in it did not agree to be known here.',
    todo: 'Unsubscribe the field smb_app_state_sync at Meta.',
  },
  'history-declined': {
    why: 'The business did not share the history of its conversations.',
    todo: 'Nothing, unless the history was meant to be shared.',
  },
  'person-not-named': { why: 'The part names neither a phone number nor an id.', todo: meta },
  'not-a-message': {
    why: 'An edit, a deletion or a reaction of ours in a history: no message that anybody waits for.',
    todo: 'Nothing: what the message itself came to is read beside it.',
  },
  'contact-unknown': {
    why: 'No contact with this number or id is registered.',
    todo: 'See that the CRM registers its contacts, with their consents, before it writes to them.',
  },
  'consent-missing': {
    why: 'The person has no active consent to be analysed.',
    todo: 'See that the CRM hands on consents, and that they were not withdrawn by mistake.',
  },
  'contact-erased': {
    why: 'The person was erased.',
    todo: 'See that the CRM erased the person too, and no longer writes to them.',
  },
  'waits-for-message': {
    why: 'A failure that names no person waits for its message.',
    todo: 'See that every number’s webhooks reach this address, those of sent messages too.',
  },
  'message-never-came': {
    why: 'The message of a failure did not turn up within seven days.',
    todo: 'See that every number’s webhooks reach this address, those of sent messages too.',
  },
  'waits-for-its-time': {
    why: 'The fact is dated ahead and waits, sealed, for its time.',
    todo: 'Compare the clocks of this machine and of the sender; tact parked shows what waits.',
  },
  'timestamp-in-future': {
    why: 'The fact was dated ahead and waited for thirty days.',
    todo: 'Correct the clock of the sender, and send the facts again.',
  },
};
