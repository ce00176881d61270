import type { Band } from '@tact/contracts';
import type { Assessment } from '@tact/domain';
import { EntitySchema } from 'typeorm';
import { storedAssessment } from '../stored-assessment.ts';
import type { Day } from '../assess-contacts.ts';

/** What a day's readers were told of one contact, whole, so that a decision of that day can be explained later. */
export type LikelihoodHistoryRow = {
  tenantId: string;
  contactId: string;
  day: Day;
  probability: number;
  band: Band;
  modelVersion: string;
  assessment: Assessment;
};

export const LikelihoodHistoryTable = new EntitySchema<LikelihoodHistoryRow>({
  name: 'LikelihoodHistory',
  tableName: 'likelihood_history',
  columns: {
    tenantId: { name: 'tenant_id', type: 'text', primary: true },
    contactId: { name: 'contact_id', type: 'text', primary: true },
    day: { type: 'date', primary: true },
    probability: { type: 'double precision' },
    band: { type: 'text' },
    modelVersion: { name: 'model_version', type: 'text' },
    assessment: { type: 'bytea', transformer: storedAssessment },
  },
});
