import {
  type DeclaredStore,
  type ServiceName,
  topicContents,
  type TopicName,
  topics,
} from '@tact/contracts';
import { rowsOfNobody } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';

const shredded =
  'What is sealed opens for nobody once the key is destroyed; a record cannot be taken out of a log.';

const locatorOf = (name: TopicName): DeclaredStore['locator'] => {
  const { key } = topicContents[name];
  return key === 'tenant'
    ? { by: 'none', because: 'Its records are about a business.' }
    : { by: key, columns: ['key', 'headers', 'value'] };
};

const topicStore = (name: TopicName): Store => ({
  name,
  kind: 'topic',
  holds: topicContents[name].holds,
  locator: locatorOf(name),
  retention: 'log',
  atErasure:
    topicContents[name].key === 'tenant'
      ? { does: 'nothing' }
      : { does: 'expire', because: shredded },
});

const names = Object.keys(topics) as TopicName[];

/** Topics that a service publishes on; those of every service are declared with the log itself. */
export const topicStoresOf = (service: ServiceName | 'every-service'): readonly Store[] =>
  names.filter((name) => topics[name].owner === service).map(topicStore);

/** The log as PostgreSQL keeps it. */
export const postgresLogStores: readonly Store[] = [
  rowsOfNobody({
    table: 'log.record',
    because: 'The records of all topics: each topic says what it tells and how it is found.',
    holds: {
      en: 'What the topics hold, for as long as they hold it.',
      fr: 'Le contenu des sujets, aussi longtemps qu’ils le gardent.',
    },
    retention: 'log',
    atErasure: { does: 'expire', because: shredded },
  }),
  ...['topic', 'head', 'consumer_group', 'member', 'claim'].map((table) =>
    rowsOfNobody({ table: `log.${table}`, because: 'Topics and how far they were read.' }),
  ),
];
