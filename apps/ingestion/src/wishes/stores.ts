import { keptRows, personalRows, type Store } from '@tact/platform';

export const contactLinkStore = personalRows({
  table: 'contact_links',
  columns: ['contact_id', 'later_id'],
  holds: {
    en: 'Which random ids may be one person, so that a refusal reaches all of them.',
    fr: 'Quels identifiants aléatoires sont peut-être une même personne, afin qu’un refus vaille pour tous.',
  },
  retention: 'contact-details',
});

export const wishStores: readonly Store[] = [
  keptRows({
    table: 'wishes_of_strangers',
    by: 'identity-fingerprint',
    columns: ['fingerprint'],
    holds: {
      en: 'Keyed fingerprints of identities under which somebody refused, with the hour and what was refused.',
      fr: 'Empreintes à clé d’identités sous lesquelles un refus a été exprimé, avec l’heure ronde et son objet.',
    },
    retention: 'refusals',
    ground: 'suppression',
    because:
      'A refusal binds whoever gets the identity, also after an erasure: the person asked for it.',
  }),
  contactLinkStore,
];
