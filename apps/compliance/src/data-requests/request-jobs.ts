import { plainText } from '@tact/contracts';
import { jobKind } from '@tact/platform';
import { z } from 'zod';

const ofRequest = z.object({ tenantId: plainText(40), requestId: plainText(64) });
export type OfRequest = z.infer<typeof ofRequest>;

/** Looks up whom a request is about, once whoever asked was answered. */
export const findPerson = jobKind({ name: 'find-requester', payload: ofRequest });

/** Begins a request whose turn may have come. */
export const beginRequest = jobKind({ name: 'begin-data-request', payload: ofRequest });

/** Tells people of what is due, 14, 7 and 2 days before. */
export const watchDue = jobKind({ name: 'watch-data-request', payload: ofRequest });

/** Draws a code and sends it to what is on file, if anything is. */
export const sendCode = jobKind({
  name: 'send-request-code',
  payload: ofRequest.extend({ codeId: plainText(36) }),
});
