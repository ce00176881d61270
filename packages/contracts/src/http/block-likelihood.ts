import { z } from 'zod';
import { Band, Probability } from '../events/block-likelihoods.ts';
import { ContactId } from '../ids.ts';
import { plainText, utcTime } from '../personal.ts';
import { signalFamilies } from '../signals.ts';
import { Cursor } from './query.ts';

/** A sentence for people, in both languages of the product. */
export const Sentence = z.object({ fr: z.string(), en: z.string() });
export type Sentence = z.infer<typeof Sentence>;

/** Probabilities of what explains the silence; they add up to 1. */
export const Causes = z.object({
  blocked: Probability,
  'phone-off': Probability,
  'long-off': Probability,
  churned: Probability,
  network: Probability,
  reachable: Probability,
});
export type Causes = z.infer<typeof Causes>;

export const FamilyContribution = z.object({
  family: z.enum(signalFamilies),
  /** Log-odds this family adds to "blocked"; prior and contributions add up to the score. */
  contribution: z.number(),
  /** The probability of "blocked" had this family never been observed. */
  probabilityWithout: Probability,
  sentence: Sentence,
  /** What else could explain it, likeliest first; none where the family speaks against a block. */
  innocentAlternatives: z.array(Sentence),
});

/** What may be suggested: never a message, call, group add or second number used only to test. */
export const allowedObservations = [
  'await-message',
  'expected-call',
  'look-at-photo',
  'look-at-presence',
] as const;
export type AllowedObservation = (typeof allowedObservations)[number];

/** The allowed observation that would tell most about "blocked". */
export const NextObservation = z.object({
  observation: z.enum(allowedObservations),
  /** Expected drop in the entropy of "blocked", in bits: 0 tells nothing, 1 settles an even chance. */
  expectedInformation: z.number().min(0).max(1),
  sentence: Sentence,
});
export type NextObservation = z.infer<typeof NextObservation>;

/** Where a read model stands: `position` may be given back as `?atLeast=`. */
export const AsOf = z.object({ position: z.int(), at: utcTime() });

/** `GET /v1/contacts/{contactId}/block-likelihood`. */
export const BlockLikelihood = z.object({
  contactId: ContactId,
  probability: Probability,
  band: Band,
  causes: Causes,
  /** Log-odds of "blocked" before any observation of this contact, aged to `asOf.at`. */
  priorLogOdds: z.number(),
  families: z.array(FamilyContribution),
  rule: z.object({
    outcome: z.enum(['published', 'held-back']),
    sentence: Sentence,
  }),
  /** What would change the band, either way; absent from assessments kept before it was told. */
  whatWouldChange: Sentence.optional(),
  /** Absent when no allowed observation would tell enough to ask for it, and from older assessments. */
  nextObservation: NextObservation.optional(),
  modelVersion: plainText(64),
  asOf: AsOf,
});
export type BlockLikelihood = z.infer<typeof BlockLikelihood>;

/** `GET /v1/block-likelihoods`: most suspicious first. */
export const BlockLikelihoodPage = z.object({
  items: z.array(
    z.object({
      contactId: ContactId,
      probability: Probability,
      band: Band,
      reason: Sentence,
      asOf: AsOf,
    }),
  ),
  nextCursor: Cursor.optional(),
});
export type BlockLikelihoodPage = z.infer<typeof BlockLikelihoodPage>;
