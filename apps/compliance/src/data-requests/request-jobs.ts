import { plainText, utcTime } from '@tact/contracts';
import { jobKind } from '@tact/platform';
import { z } from 'zod';

const ofRequest = z.object({ tenantId: plainText(40), requestId: plainText(64) });
export type OfRequest = z.infer<typeof ofRequest>;

/** Looks up whom a request is about, once whoever asked was answered. */
export const findPerson = jobKind({ name: 'find-requester', payload: ofRequest });

/**
 * Begins a request whose turn may have come. Never a unique job: who gives a turn up holds the person, and would wait for
 * the row of a job that waits for the person.
 */
export const beginRequest = jobKind({ name: 'begin-data-request', payload: ofRequest });

/** Tells people of what is due, 14, 7 and 2 days before that date; once it moved, another job looks. */
const ofDue = ofRequest.extend({ internalDue: utcTime() });
export type OfDue = z.infer<typeof ofDue>;
export const watchDue = jobKind({ name: 'watch-data-request', payload: ofDue });

/** Draws a code and sends it to what is on file, if anything is. */
export const sendCode = jobKind({
  name: 'send-request-code',
  payload: ofRequest.extend({ codeId: plainText(36) }),
});
