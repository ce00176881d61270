import type { Assessment } from '@tact/domain';
import { deflated, inflated } from '@tact/platform';

/** An explanation is mostly sentences, the same in all rows: it is stored without what they share. */
export const storedAssessment = {
  to: (assessment: Assessment): Buffer => deflated(JSON.stringify(assessment)),
  from: (stored: Uint8Array): Assessment => JSON.parse(inflated(stored)) as Assessment,
};
