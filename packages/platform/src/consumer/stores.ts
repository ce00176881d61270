import { personalRows, rowsOfNobody } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';

const setAside = {
  en: 'Records about the person that could not be handled yet, as they came: sealed.',
  fr: 'Enregistrements au sujet de la personne qui n’ont pas encore pu être traités, tels que reçus : chiffrés.',
};

export const consumerStores: readonly Store[] = [
  rowsOfNobody({ table: 'consumed_shards', because: 'How far each part of a topic was read.' }),
  rowsOfNobody({ table: 'consumers_behind', because: 'Which readers missed something.' }),
  personalRows({
    table: 'parked_keys',
    columns: ['key'],
    hasTenant: false,
    holds: setAside,
    retention: 'set-aside',
  }),
  personalRows({
    table: 'parked_records',
    columns: ['key'],
    hasTenant: false,
    holds: setAside,
    retention: 'set-aside',
  }),
];
