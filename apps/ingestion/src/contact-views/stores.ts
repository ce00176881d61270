import { personalRows, type Store } from '@tact/platform';

/** What is told of erased persons later is of nobody, and never shown. */
export const ledgerWordStore = personalRows({
  table: 'ledger_words',
  columns: ['contact_id'],
  holds: {
    en: 'Consents, withdrawals and objections of the person, as shown beside the contact.',
    fr: 'Consentements, retraits et oppositions de la personne, tels qu’affichés avec le contact.',
  },
  retention: 'consents-and-decisions',
});

export const contactViewStores: readonly Store[] = [ledgerWordStore];
