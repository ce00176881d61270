import { z } from 'zod';
import { ConsentMethod, ConsentProof, ProofSource } from '../events/contact-signals.ts';
import { TextSha256 } from '../events/notices.ts';
import { NoticeId } from '../ids.ts';
import { plainText } from '../personal.ts';
import { Purpose } from '../purposes.ts';
import { describedAs } from './described-as.ts';

/** What a caller states of a consent. Which of it a consent cannot do without is one rule of the domain, for every door. */
const Stated = z.strictObject(ConsentProof.shape);

const described = {
  source: ProofSource,
  method: ConsentMethod.exclude(['double-opt-in']),
  evidenceRef: ConsentProof.shape.evidenceRef,
};

/**
 * Proof of a consent that was given: how, and the text the person was shown, by the id of a registered one or by the
 * version and hash that the business keeps. `double-opt-in` is written by the platform alone.
 */
export const GivenProof = describedAs(
  Stated,
  z.union([
    z.strictObject({ ...described, noticeVersion: plainText(64), noticeSha256: TextSha256 }),
    z.strictObject({ ...described, noticeId: NoticeId }),
  ]),
);
export type GivenProof = z.infer<typeof GivenProof>;

/** A withdrawal needs no proof; what is stated of one is kept. */
export const StatedProof = Stated;

/** A text as people are shown it: the one of examples. */
export const exampleNoticeText =
  'I would like to receive news and offers of the shop on WhatsApp. I can stop this at any time by answering STOP.';

/** A proof that shows: the one of examples, demos and tests. Its hash is of `exampleNoticeText`. */
export const exampleProof = {
  source: 'sign-up form',
  method: 'form',
  noticeVersion: '2026-01',
  noticeSha256: '5a40691a8e63b5a5c2d8683760f2559b36748051078a539b46e6b2b26677f7df',
} as const;

/** One purpose a consent: who agrees to several at once has agreed to none of them for certain. */
export const OnePurpose = describedAs(
  z.union([
    Purpose,
    z.array(z.unknown()).refine(() => false, {
      message:
        'A consent is for one purpose: record one for each, as the person agreed to each of them.',
      params: { isUnprocessable: true },
    }),
  ]),
  Purpose,
) as unknown as typeof Purpose;
