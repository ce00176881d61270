import { personalRows, type Store } from '@tact/platform';

export const addressStores: readonly Store[] = [
  personalRows({
    table: 'address_cards',
    columns: ['contact_id'],
    holds: {
      en: 'The e-mail address the person is written to, sealed, and its keyed fingerprint.',
      fr: 'L’adresse électronique à laquelle on écrit à la personne, chiffrée, et son empreinte à clé.',
    },
    retention: 'contact-details',
  }),
  personalRows({
    table: 'spoken_languages',
    columns: ['contact_id'],
    holds: {
      en: 'The language the person is written to in, sealed.',
      fr: 'La langue dans laquelle on écrit à la personne, chiffrée.',
    },
    retention: 'contact-details',
  }),
];
