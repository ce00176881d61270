import { keptRows, personalRows, type Store } from '@tact/platform';

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
  keptRows({
    table: 'stopped_addresses',
    by: 'identity-fingerprint',
    columns: ['address_ref'],
    holds: {
      en: 'Keyed fingerprints of addresses at which mails of a purpose were stopped, with the hour.',
      fr: 'Empreintes à clé d’adresses auxquelles les courriels d’une finalité ont été arrêtés, avec l’heure ronde.',
    },
    retention: 'refusals',
    ground: 'suppression',
    because: 'It binds whoever has the address, also after an erasure: the person asked for it.',
  }),
];
