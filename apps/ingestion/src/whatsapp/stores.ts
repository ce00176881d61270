import { personalRows, rowsOfNobody, type Store } from '@tact/platform';

export const whatsappStores: readonly Store[] = [
  personalRows({
    table: 'messages',
    columns: ['contact_id'],
    holds: {
      en: 'Messages to the person, by keyed fingerprint, that wait for a sign of delivery.',
      fr: 'Messages à la personne, par empreinte à clé, en attente d’un signe de réception.',
    },
    retention: 'on-the-way',
  }),
  rowsOfNobody({
    table: 'orphan_failures',
    because: 'Failures of messages that nobody has named yet: whose they are is not known.',
    holds: {
      en: 'Failed messages by keyed fingerprint and hour, until it is known to whom they went.',
      fr: 'Messages en échec, par empreinte à clé et heure ronde, jusqu’à ce que leur destinataire soit connu.',
    },
    retention: 'on-the-way',
    atErasure: { does: 'expire', because: 'They join their message or go with their time.' },
  }),
];
