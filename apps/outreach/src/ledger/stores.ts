import { personalRows, type Store } from '@tact/platform';

export const ledgerStores: readonly Store[] = [
  personalRows({
    table: 'counted_messages',
    columns: ['contact_id'],
    holds: {
      en: 'In which hour a message was sent to the person, and of what kind, so that there are not too many.',
      fr: 'L’heure ronde d’envoi d’un message à la personne, et sa catégorie, pour qu’il n’y en ait pas trop.',
    },
    retention: 'counted-messages',
  }),
];
