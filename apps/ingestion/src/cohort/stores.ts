import { personalRows, rowsOfNobody, type Store } from '@tact/platform';

export const cohortStores: readonly Store[] = [
  personalRows({
    table: 'cohort_messages',
    columns: ['contact_id'],
    holds: {
      en: 'In which hour a message was sent to the person and answered by WhatsApp, to see outages.',
      fr: 'L’heure ronde d’envoi d’un message à la personne et celle de la réponse de WhatsApp, pour repérer les pannes.',
    },
    retention: 'on-the-way',
  }),
  rowsOfNobody({
    table: 'cohort_hours',
    because: 'How many messages of an hour were answered late.',
    retention: 'counts',
  }),
  rowsOfNobody({
    table: 'cohort_suspicions',
    because: 'Since when a business may have an outage.',
    retention: 'counts',
  }),
];
