import { keptRows, personalRows, type Store } from '@tact/platform';

const ofFile = {
  by: 'data-request',
  columns: ['request_id'],
  retention: 'data-request-file',
  ground: 'data-request-file',
  because: 'That the right was answered, and in time, must be provable to the authority.',
} as const;

export const dataRequestStores: readonly Store[] = [
  keptRows({
    table: 'data_requests',
    ...ofFile,
    holds: {
      en: 'Which right was asked for, how, when, and until when it is due; not by whom.',
      fr: 'Quel droit a été demandé, comment, quand, et l’échéance ; pas par qui.',
    },
  }),
  keptRows({
    table: 'data_request_codes',
    ...ofFile,
    holds: {
      en: 'When a code was asked for and how often it was missed; the code, and the address it went to, as keyed hashes alone.',
      fr: 'Quand un code a été demandé et combien d’essais ont échoué ; du code et de l’adresse où il est parti, seulement des hachages à clé.',
    },
  }),
  personalRows({
    table: 'data_request_claims',
    columns: ['contact_id'],
    holds: {
      en: 'Which requests of the person wait for each other, by random ids alone.',
      fr: 'Quelles demandes de la personne s’attendent entre elles, par identifiants aléatoires seulement.',
    },
    retention: 'on-the-way',
  }),
];
