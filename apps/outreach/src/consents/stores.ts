import { personalRows, rowsOfNobody, type Store } from '@tact/platform';

export const consentStores: readonly Store[] = [
  personalRows({
    table: 'consents',
    columns: ['contact_id'],
    holds: {
      en: 'To what the person agreed or agrees no longer, on which channel, and since when.',
      fr: 'Ce à quoi la personne consent ou ne consent plus, par quel canal, et depuis quand.',
    },
    retention: 'consents-and-decisions',
  }),
  personalRows({
    table: 'consent_receipts',
    columns: ['contact_id'],
    holds: {
      en: 'Signed receipts of what the person agreed to, sealed.',
      fr: 'Reçus signés de ce à quoi la personne a consenti, chiffrés.',
    },
    retention: 'consents-and-decisions',
  }),
  rowsOfNobody({
    table: 'tenant_statements',
    because: 'What each business said of itself, and when.',
    retention: 'settings',
  }),
];
