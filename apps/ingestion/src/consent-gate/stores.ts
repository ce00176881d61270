import { keptRows, personalRows, rowsOfNobody, type Store } from '@tact/platform';

export const consentGateStores: readonly Store[] = [
  personalRows({
    table: 'signal_consents',
    columns: ['contact_id'],
    holds: {
      en: 'Whether the person agreed to have signals analysed, and since when.',
      fr: 'Si la personne a accepté l’analyse de ses signaux, et depuis quand.',
    },
    retention: 'consents-and-decisions',
  }),
  personalRows({
    table: 'signal_suppressions',
    columns: ['contact_id'],
    holds: {
      en: 'Whether the person objected to being analysed, and in which hour.',
      fr: 'Si la personne s’est opposée à l’analyse, et à quelle heure ronde.',
    },
    retention: 'consents-and-decisions',
  }),
  keptRows({
    table: 'fenced_contacts',
    by: 'contact-id',
    columns: ['contact_id'],
    holds: {
      en: 'That a random id was erased.',
      fr: 'Qu’un identifiant aléatoire a été effacé.',
    },
    retention: 'fence',
    ground: 'fence',
    because: 'What is told late of the id is turned away.',
  }),
  rowsOfNobody({ table: 'gate_freshness', because: 'When the gate last heard everything.' }),
];
