import { describeWithstanding } from './withstand.ts';

describeWithstanding('the PostgreSQL log', [], {
  victims: ['gateway', 'ingestion', 'scoring', 'outreach', 'compliance', 'PostgreSQL'],
});
