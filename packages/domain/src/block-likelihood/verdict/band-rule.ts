import type { Band, Causes, Sentence, SignalFamily } from '@tact/contracts';
import type { Priors } from '../model/priors.ts';
import { verdictSentences, type Verdict } from './verdict-sentences.ts';

export type Judged = {
  readonly causes: Causes;
  /** Families that point to a block, with the probability had each never been observed. */
  readonly against: readonly {
    readonly family: SignalFamily;
    readonly probabilityWithout: number;
  }[];
  /** Families with an observation that points to a block; silence alone is none. */
  readonly negativeFamilies: number;
  readonly signsOfLife: number;
};

export type BandDecision = {
  readonly band: Band;
  readonly rule: { readonly outcome: 'published' | 'held-back'; readonly sentence: Sentence };
  /** What would change the band, in either direction. */
  readonly whatWouldChange: Sentence;
};

const publish = (band: Band): BandDecision => decision(band, 'published', band);
const holdBack = (band: Band, verdict: Verdict): BandDecision =>
  decision(band, 'held-back', verdict);

const decision = (
  band: Band,
  outcome: BandDecision['rule']['outcome'],
  verdict: Verdict,
): BandDecision => {
  const { sentence, whatWouldChange } = verdictSentences[verdict];
  return { band, rule: { outcome, sentence }, whatWouldChange };
};

/** The publishing rule of the scoring page, section 4: no single family may conclude, and no band is certain. */
export const decideBand = (judged: Judged, { publishing }: Priors): BandDecision => {
  const { causes, against, negativeFamilies, signsOfLife } = judged;
  const others = causes['phone-off'] + causes['long-off'] + causes.churned + causes.network;
  if (causes.blocked >= publishing.suspected.value) {
    if (negativeFamilies < publishing.negativeFamiliesMin.value) {
      const isStrong = causes.blocked >= publishing.suspectedByOneFamily.value;
      return isStrong ? holdBack('suspected', 'only-one') : holdBack('undetermined', 'one-family');
    }
    if (causes.blocked < publishing.probable.value) return publish('suspected');
    const holds = against.every(
      ({ probabilityWithout }) => probabilityWithout >= publishing.probableWithoutOneFamily.value,
    );
    return holds ? publish('probable') : holdBack('suspected', 'leans-on-one');
  }
  if (others >= publishing.otherCause.value && negativeFamilies > 0) return publish('unreachable');
  const isReachable = causes.reachable >= publishing.reachable.value && signsOfLife > 0;
  return publish(isReachable ? 'reachable' : 'undetermined');
};
