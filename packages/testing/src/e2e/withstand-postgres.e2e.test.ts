import { describeWithstanding } from './withstand.ts';

describeWithstanding('the PostgreSQL log', [], {
  victims: ['ingestion', 'scoring', 'outreach', 'compliance', 'PostgreSQL'],
});
