import { personalRows, type Store } from '@tact/platform';

/** An erasure of any contact of a row takes the whole row. */
export const identityConflictStore = personalRows({
  table: 'identity_conflicts',
  columns: ['contacts[]', 'sealed_for'],
  holds: {
    en: 'A row of a file or connector whose identities are those of several people, sealed, until somebody settles whose it is.',
    fr: 'Une ligne de fichier ou de connecteur dont les identités sont celles de plusieurs personnes, chiffrée, jusqu’à ce que quelqu’un tranche.',
  },
  retention: 'contact-details',
});

export const contactStores: readonly Store[] = [identityConflictStore];
