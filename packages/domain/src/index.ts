// contact-policy/ and data-request/data-request.ts are used by outreach and compliance as they are: keep their names.
export {
  type ContactPolicyCommand,
  contactPolicyDecider,
  type ContactPolicyEvent,
} from './contact-policy/contact-policy.ts';
export {
  consentKey,
  type ContactPolicyState,
  type DecideContact,
} from './contact-policy/policy-state.ts';
export {
  isRefusedEverywhere,
  listedSuppressions,
  suppressedSince,
  suppressionAgainst,
  suppressionScopes,
  unreadableRefusalAt,
} from './contact-policy/suppression.ts';
export { hasLeft, standingConsent } from './contact-policy/standing-consent.ts';
export { reasonsAgainstAsking } from './contact-policy/rules.ts';
export { rememberedRefusal, rememberedResumption } from './contact-policy/remembered-refusals.ts';
export { carriedOf } from './contact-policy/taken-over.ts';
export { seenLeavingOf, showsLeaving, showsNone } from './contact-policy/outbound.ts';
export { signalOfWords, type Wish, wishOf } from './signals/wishes.ts';
export { type Said, type WordedWish, wishInWords } from './signals/wish-in-words.ts';
export {
  analysisEventTypes,
  analysisTopics,
  type AnalysisWord,
  analysisWordsOf,
  opensAnalysis,
} from './analysis/analysis-words.ts';
export { mayBeAnalysed } from './analysis/may-be-analysed.ts';
export { sharedAddresses } from './contact-policy/shared-addresses.ts';
export { purposes } from './contact-policy/purposes.ts';
export { consentByUseSentence, isConsentByUse } from './consent-texts/consent-by-use.ts';
export {
  type ConfirmingRefusal,
  confirmingRefusal,
  confirmingSentences,
} from './contact-policy/confirming-addresses.ts';
export { aboutSentence, judgeProof } from './contact-policy/consent-proof.ts';
export { preferenceRefusals, readablePreferences, voiceOf } from './contact-policy/preferences.ts';
export { currentPolicy } from './contact-policy/policy-versions.ts';
export { isTimeZone } from './calendar/civil-days.ts';
export { instantIn } from './calendar/civil-instants.ts';
export { type Eyes, type SecondLookRefusal, secondLookRefusal } from './four-eyes/second-person.ts';
export { dataRequest } from './data-request/data-request.ts';
export type {
  DataRequestCommand,
  ReceiveDataRequest,
  RequestAct,
  RequestRefusal,
} from './data-request/request-acts.ts';
export {
  commandsOf,
  type DataRequestEvent,
  type RequestState,
} from './data-request/request-state.ts';
export { isClosed, type RequestCommand, requestSteps } from './data-request/request-states.ts';
export { rights } from './data-request/rights.ts';
export { lackingProofs } from './data-request/assurance.ts';
export {
  answerTo,
  type CodeAnswer,
  CODE_LIFE_MS,
  CODE_MISSES_MAX,
  CODES_A_DAY_MAX,
  CODES_WITHIN_MS,
} from './data-request/code-attempts.ts';
export { type Claim, waitsFor } from './data-request/claims.ts';
export { warningAt, warningDays } from './data-request/due-warnings.ts';
export { lawAt } from './data-request/law-packs.ts';
export { publishedCells } from './aggregates/suppressed.ts';
export { assessContact, type Assessment } from './block-likelihood/verdict/assess.ts';
export { assumedPriors } from './block-likelihood/model/assumed-priors.ts';
export { callEvidenceOf, evidenceOf, isJudged } from './signals/error-evidence.ts';
export type { CensoredWindow, SignalFact } from './block-likelihood/evidence/facts.ts';
export type { Priors } from './block-likelihood/model/priors.ts';
export {
  assumedTaught,
  calibrationFrom,
  CHANGE_MIN,
  fittedPriors,
  learnedRates,
  ROUNDS_MAX,
} from './learning/fit.ts';
export { calibrated } from './learning/calibration.ts';
export { addCounts, changeOf, type Counts, noCounts, taughtBy } from './learning/counts.ts';
export { type Judged, labelFrequencyOf, saidOf } from './learning/held-out.ts';
export { exampleOf, isOfSomebodyElse, labelWithin, type Outcome } from './learning/labels.ts';
export { lessonOf } from './learning/lesson.ts';
export { metricsOf } from './learning/metrics.ts';
export type { Taught } from './learning/rates.ts';
export { reliabilitySvg } from './learning/reliability-svg.ts';
export {
  concludeLikelihood,
  foldLikelihood,
  initialLikelihood,
  type LikelihoodState,
} from './block-likelihood/incremental/incremental.ts';
export {
  incidentDecider,
  type IncidentEvent,
  type IncidentState,
  type JudgeCohort,
  showsStall,
  type SinceOpen,
} from './cohort/incidents.ts';
export {
  declaredIncidentDecider,
  type DeclaredIncidentState,
  type DeclareIncident,
} from './cohort/declared-incidents.ts';
export type { CohortCount, UsualCount } from './cohort/stall.ts';
export { stallSettings } from './cohort/stall-settings.ts';
export { answersPerson } from './signals/answers.ts';
export { assertNever } from './signals/assert-never.ts';
export {
  answersMessage,
  familyOf,
  isNoMessage,
  mayCarryWish,
  provesArrival,
  provesSending,
  stageOf,
} from './signals/kinds.ts';
