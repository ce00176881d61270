import { callErrors, messageErrors, type Evidence } from './error-codes.ts';

const evidenceByCode = new Map<number, Evidence>(
  Object.entries(messageErrors).map(([code, { evidence }]) => [Number(code), evidence]),
);

/** A code nobody has judged yet is neutral: the message did not go, and that says nothing of the person. */
export const evidenceOf = (code: number | undefined): Evidence =>
  (code === undefined ? undefined : evidenceByCode.get(code)) ?? 'neutral';

const callEvidenceByCode = new Map<number, Evidence>(
  Object.entries(callErrors).map(([code, { evidence }]) => [Number(code), evidence]),
);

/** The same for the code a call of ours ended with; undefined where nobody has judged it. */
export const callEvidenceOf = (code: number): Evidence | undefined => callEvidenceByCode.get(code);

/** Whether somebody has judged this code of a failed message or call. */
export const isJudged = (code: number): boolean =>
  evidenceByCode.has(code) || callEvidenceByCode.has(code);
