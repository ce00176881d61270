import type { MessageCategory } from '@tact/contracts';

/** Whether WhatsApp calls messages of a category an answer to who wrote within a day: a reaction of ours is told as one. */
export const answersPerson: Readonly<Record<MessageCategory, boolean>> = {
  marketing: false,
  utility: false,
  authentication: false,
  service: true,
};
