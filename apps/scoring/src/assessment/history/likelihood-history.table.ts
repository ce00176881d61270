import type { Band } from '@tact/contracts';
import type { Assessment } from '@tact/domain';
import { EntitySchema } from 'typeorm';
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
    assessment: { type: 'json' },
  },
});

// A day is all that is told of when: the instant of a fact would be that of something the person did.
export const historySchema = `
CREATE TABLE likelihood_history (
  tenant_id text COLLATE "C" NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  day date NOT NULL,
  probability double precision NOT NULL,
  band text COLLATE "C" NOT NULL,
  model_version text COLLATE "C" NOT NULL,
  assessment json NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, day)
);
CREATE INDEX ON likelihood_history (day);
`;
