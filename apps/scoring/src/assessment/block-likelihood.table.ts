import type { Band, Causes } from '@tact/contracts';
import type { Assessment } from '@tact/domain';
import { EntitySchema } from 'typeorm';
import { storedAssessment } from './stored-assessment.ts';
import type { Day } from './assess-contacts.ts';

/** What is known of one contact, as of the start of a UTC day or of the latest fact in it. */
export type BlockLikelihoodRow = {
  tenantId: string;
  contactId: string;
  probability: number;
  band: Band;
  asOfDay: Day;
  asOf: Date;
  /** Facts kept of this contact, those of the future included. */
  facts: number;
  /** Time alone can still change it. */
  ages: boolean;
  modelVersion: string;
  assessment: Assessment;
  /** What weighs most in it. */
  leadingCause: keyof Causes;
};

export const BlockLikelihoodTable = new EntitySchema<BlockLikelihoodRow>({
  name: 'BlockLikelihood',
  tableName: 'block_likelihoods',
  columns: {
    tenantId: { name: 'tenant_id', type: 'text', primary: true },
    contactId: { name: 'contact_id', type: 'text', primary: true },
    probability: { type: 'double precision' },
    band: { type: 'text' },
    asOfDay: { name: 'as_of_day', type: 'date' },
    asOf: { name: 'as_of', type: 'timestamptz' },
    facts: { type: 'integer' },
    ages: { type: 'boolean' },
    modelVersion: { name: 'model_version', type: 'text' },
    assessment: { type: 'bytea', transformer: storedAssessment },
    leadingCause: { name: 'leading_cause', type: 'text' },
  },
});
