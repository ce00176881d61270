import { z } from 'zod';
import { ModelVersion } from '../events/models.ts';
import { plainText, utcTime } from '../personal.ts';
import { statedName } from './proposals.ts';

/** How good probabilities were on held-out people. Absent where there is nothing to measure it on. */
export const HeldOutMetrics = z.object({
  /** People judged, and how many of them said that they had blocked, or were proved not to have. */
  examples: z.int(),
  saidBlocked: z.int(),
  notBlocked: z.int(),
  brier: z.number().optional(),
  /** Natural logarithm. */
  logLoss: z.number().optional(),
  auc: z.number().optional(),
  /** Mean distance of what was said and what was so, over ten bins of equal width. */
  ece: z.number().optional(),
  /** Reliability: of the people between two probabilities, the mean that was said and the share that was so. */
  bins: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      examples: z.int(),
      said: z.number(),
      observed: z.number(),
    }),
  ),
});
export type HeldOutMetrics = z.infer<typeof HeldOutMetrics>;

/** One rate that data can teach: what was assumed, at what weight, and what came of it. */
export const LearnedRate = z.object({
  name: plainText(40),
  assumed: z.number(),
  /** Observations the assumption is worth. */
  assumedWeight: z.number(),
  learned: z.number(),
  /** Expected number of observations in the data, and of those in which it happened. */
  observations: z.number(),
  happened: z.number(),
});
export type LearnedRate = z.infer<typeof LearnedRate>;

/** Platt's: log-odds times `slope` plus `intercept`. `identity` changes nothing, `because` says why. */
export const Calibration = z.object({
  method: z.enum(['identity', 'platt']),
  slope: z.number(),
  intercept: z.number(),
  because: plainText(200),
});
export type Calibration = z.infer<typeof Calibration>;

/** `GET /v1/models/{version}/reliability.svg`. */
export const ReliabilityDiagram = z.string().meta({ personal: false });

export const ModelState = z.enum(['fitting', 'failed', 'candidate', 'live', 'retired']);
export type ModelState = z.infer<typeof ModelState>;

/** Facts before `splitAt` taught it; what happened from then until `until` judged it. */
export const DataWindow = z.object({
  splitAt: utcTime(),
  until: utcTime(),
  contacts: z.int(),
});
export type DataWindow = z.infer<typeof DataWindow>;

/** What a fit found; a model that only assumes has none. */
export const FitReport = z.object({
  window: DataWindow,
  rounds: z.int(),
  rates: z.array(LearnedRate),
  /** Share of blocks that are told at all: each that is told stands for one divided by it. */
  labelFrequency: z.number(),
  calibration: Calibration,
  heldOut: HeldOutMetrics,
  /** The same people, judged by the model that was live at the time. */
  liveHeldOut: HeldOutMetrics,
  liveVersion: ModelVersion,
});
export type FitReport = z.infer<typeof FitReport>;

/** `GET /v1/models/current` and `GET /v1/models/{version}`: the card of a model. */
export const ModelCard = z.object({
  version: ModelVersion,
  state: ModelState,
  /** `assumed`: nobody was measured for it. */
  source: z.enum(['assumed', 'learned']),
  fittedAt: utcTime().optional(),
  promotedAt: utcTime().optional(),
  /** Why a fit failed. */
  failure: plainText(300).optional(),
  report: FitReport.optional(),
  /** What it is not fit for, in words. */
  limits: z.array(plainText(300)),
});
export type ModelCard = z.infer<typeof ModelCard>;

/** `GET /v1/models`: latest first; the assumed one, which every tenant has, comes last. */
export const ModelList = z.object({
  items: z.array(ModelCard.omit({ report: true, limits: true })),
});
export type ModelList = z.infer<typeof ModelList>;

/** `POST /v1/models`: fits a candidate in the background. */
export const FitModelRequest = z.strictObject({
  /** The last days are kept from the fit, to judge it by. */
  heldOutDays: z.int().min(1).max(180).default(28),
});
export type FitModelRequest = z.infer<typeof FitModelRequest>;

/** `POST /v1/models/{version}/promote`: the decision of a person. */
export const PromoteModelRequest = z.strictObject({
  /** Why, in the business's words; never a person's name. */
  reason: plainText(500),
  /** The live version it was compared with: another one is live by now, and nothing happens. */
  comparedWith: ModelVersion,
  /** Who asks, where the key is nobody's and the tenant has no staff, but a second key. */
  proposedBy: statedName().optional(),
});
export type PromoteModelRequest = z.infer<typeof PromoteModelRequest>;

/** The two models on the same held-out people, and the rebuild that brings every contact over. */
export const ModelPromotion = z.object({
  version: ModelVersion,
  comparedWith: ModelVersion,
  window: DataWindow.optional(),
  promoted: HeldOutMetrics,
  replaced: HeldOutMetrics,
  rebuildId: plainText(64),
});
export type ModelPromotion = z.infer<typeof ModelPromotion>;
