import { z } from 'zod';
import { ConfirmationId, ContactId } from '../ids.ts';
import { Channel, Purpose } from '../purposes.ts';
import { defineEvent } from './define.ts';

export const ConfirmationAsked = defineEvent({
  type: 'ConfirmationAsked',
  version: 1,
  description: 'A person was asked by mail to confirm a consent.',
  data: z.object({
    confirmationId: ConfirmationId,
    contactId: ContactId,
    purpose: Purpose,
    channel: Channel,
  }),
});
