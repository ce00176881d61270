import { lengthCases } from './raw-suite/lengths.ts';
import { targetCases } from './raw-suite/targets.ts';

export { neighbourOf, recordingUpstream } from './raw-suite/recording-upstream.ts';
export { type RawOutcome, type RawTarget, runCase, tableOf } from './raw-suite/run-case.ts';

/** Requests as an attacker writes them, by hand: how they are framed, and what they ask for. */
export const rawCases = [...lengthCases, ...targetCases];
