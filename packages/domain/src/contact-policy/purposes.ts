import type { Purpose } from '@tact/contracts';

type PurposeMeaning = {
  /** Messages are sent for it. Agreeing to be analysed is no agreement to be written to. */
  readonly isWrittenFor: boolean;
  /** Its messages use the pressure cap up and are held back by it: all but those the person needs. */
  readonly usesCap: boolean;
  /** Its messages are promotions, which a wish for none ends. */
  readonly isPromotion: boolean;
  /** An agreement to it lets signals be analysed. */
  readonly opensAnalysis: boolean;
};

const message = {
  isWrittenFor: true,
  usesCap: true,
  isPromotion: false,
  opensAnalysis: false,
} as const;

/** What every purpose means to the rules: the one place. */
export const purposes: Readonly<Record<Purpose, PurposeMeaning>> = {
  'signal-analysis': { ...message, isWrittenFor: false, opensAnalysis: true },
  'service-message': { ...message, usesCap: false },
  marketing: { ...message, isPromotion: true },
  feedback: message,
};
