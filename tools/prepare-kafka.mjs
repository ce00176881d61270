// Fetches Kafka before the tests that need it, so that no test waits for a download.
import { kafkaAvailable, prepareKafka } from '../infra/src/index.ts';

if (kafkaAvailable().available) await prepareKafka();
