import { personalRows, type Store } from '@tact/platform';

export const onFileStores: readonly Store[] = [
  personalRows({
    table: 'addresses_on_file',
    columns: ['contact_id'],
    holds: {
      en: 'The e-mail address a code is sent to, sealed, its keyed fingerprint, and when the person last proved it.',
      fr: 'L’adresse électronique à laquelle un code est envoyé, chiffrée, son empreinte à clé, et quand la personne l’a prouvée pour la dernière fois.',
    },
    retention: 'contact-details',
  }),
];
