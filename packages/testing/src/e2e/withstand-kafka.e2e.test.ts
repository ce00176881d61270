import { describeKafka } from '../kafka.ts';
import { describeWithstanding } from './withstand.ts';

describeKafka('real processes', () => {
  describeWithstanding('Kafka', ['--kafka'], {
    victims: ['ingestion', 'scoring', 'outreach', 'compliance', 'PostgreSQL', 'Kafka'],
    frozen: 'Kafka',
  });
});
