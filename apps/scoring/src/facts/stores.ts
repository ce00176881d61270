import { personalRows, type Store } from '@tact/platform';

export const factStores: readonly Store[] = [
  personalRows({
    table: 'facts',
    columns: ['contact_id'],
    holds: {
      en: 'What was told about messages with the person, as it travelled: the exact time is sealed.',
      fr: 'Ce qui a été signalé des messages échangés avec la personne, tel que transmis : l’instant précis est chiffré.',
    },
    retention: 'signals',
  }),
];
