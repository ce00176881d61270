/** Where a status finds a message of ours: each stage is told at most by one kind of signal per person and message. */
export type MessageStage = 'sent' | 'delivered' | 'read' | 'failed' | 'dropped' | 'no-message';

type StageMeaning = {
  /** A message of which this is told has left us, whichever status is told first: it counts as outbound. */
  readonly provesSending: boolean;
  /** The phone took the message. */
  readonly arrives: boolean;
  /** It says no more of a day than the delivery before it did. */
  readonly repeatsDelivery: boolean;
  /** The message ended before it reached the phone: it waits no more, and a number that was left answers like this. */
  readonly endsUndelivered: boolean;
  /** WhatsApp has said what became of the message: nobody waits for its time to live any more. */
  readonly answers: boolean;
  /** Such messages are counted by the day: too many of them annoy. */
  readonly countsInFrequency: boolean;
  /** It is no message: neither counted nor waited for, whatever else is told of it. */
  readonly isNone: boolean;
};

const none = {
  provesSending: false,
  arrives: false,
  repeatsDelivery: false,
  endsUndelivered: false,
  answers: false,
  countsInFrequency: false,
  isNone: false,
} as const;

export const messageStages: Readonly<Record<MessageStage, StageMeaning>> = {
  sent: { ...none, provesSending: true, countsInFrequency: true },
  delivered: { ...none, provesSending: true, arrives: true, answers: true },
  read: { ...none, provesSending: true, arrives: true, repeatsDelivery: true, answers: true },
  failed: {
    ...none,
    provesSending: true,
    endsUndelivered: true,
    answers: true,
    countsInFrequency: true,
  },
  // The platform itself concludes it from the time to live: it proves and answers nothing.
  dropped: { ...none, endsUndelivered: true },
  'no-message': { ...none, isNone: true },
};
