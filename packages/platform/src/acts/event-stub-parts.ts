import { eventDefinitions, type ServiceName, topicOf, topics } from '@tact/contracts';
import type { StubParts } from '../event-store/stubs.ts';
import { partitionOf } from '../log/partitioner.ts';
import { ReportedActs } from './reported-acts.ts';
import { storedEventDigest } from './stored-event-digest.ts';

/** Whatever profile an installation has: of all numbers of partitions that a topic may have, each divides it. */
const commonPartitions = Math.max(
  ...Object.values(topics).map(({ partitions }) => partitions.production),
);

const keptTypes = Object.keys(eventDefinitions).filter(
  (type) => topicOf(type) === 'privacy-fence.v1',
);

/** With what a service makes stubs of its events: the digest that the audit names them by, and where they were told. */
export const stubPartsOf = (source: ServiceName): StubParts => ({
  source,
  keptTypes,
  digestOf: storedEventDigest,
  besideOf: (event) => ReportedActs.subjectsOf(event),
  placeOf: (key) => partitionOf(key, commonPartitions),
});
