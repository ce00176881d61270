import { personalRows, type Store } from '@tact/platform';

export const confirmationStores: readonly Store[] = [
  personalRows({
    table: 'confirmations',
    columns: ['contact_id'],
    holds: {
      en: 'What the person was asked to agree to, when, and whether the person confirmed it.',
      fr: 'Ce à quoi on a demandé à la personne de consentir, quand, et si elle l’a confirmé.',
    },
    retention: 'questions-asked',
  }),
];
