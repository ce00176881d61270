import { describeKafka } from '../kafka.ts';
import { describeWithstanding } from './withstand.ts';

describeKafka('real processes', () => {
  describeWithstanding('Kafka', ['--kafka'], {
    victims: ['gateway', 'ingestion', 'scoring', 'outreach', 'compliance', 'PostgreSQL', 'Kafka'],
    frozen: 'Kafka',
  });
});
