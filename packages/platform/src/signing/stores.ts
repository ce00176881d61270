import { personalRows, rowsOfNobody } from '../stores/rows.ts';
import type { Store } from '../stores/store.ts';

export const signingStores: readonly Store[] = [
  rowsOfNobody({
    table: 'signing_keys',
    because: 'The key a service signs with, sealed.',
    retention: 'settings',
  }),
  personalRows({
    table: 'tokens',
    columns: ['subject'],
    holds: {
      en: 'Links that act for the person, as hashes, and until when they hold.',
      fr: 'Les liens qui agissent au nom de la personne, sous forme d’empreintes, et leur échéance.',
    },
    retention: 'contact-details',
  }),
];

export const publicKeyStores: readonly Store[] = [
  rowsOfNobody({
    table: 'access.signing_keys',
    because: 'Public keys that signatures are checked with.',
    retention: 'settings',
  }),
];
