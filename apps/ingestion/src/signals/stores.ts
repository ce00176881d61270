import { personalRows, rowsOfNobody, type Store } from '@tact/platform';

const counted = (table: string, because: string): Store =>
  rowsOfNobody({ table, because, retention: 'counts' });

export const signalStores: readonly Store[] = [
  personalRows({
    table: 'facts_ahead',
    columns: ['contact_id'],
    holds: {
      en: 'Facts about the person that are dated ahead and wait for their time, sealed.',
      fr: 'Faits concernant la personne, datés dans le futur et en attente de leur heure, chiffrés.',
    },
    retention: 'signals',
  }),
  counted('parts_without_effect', 'Counts of what had no effect, by reason and hour.'),
  counted('error_codes', 'Counts of failures, by code and hour.'),
  counted('doubtful_wishes', 'Counts of messages that may be a refusal, by hour.'),
];
