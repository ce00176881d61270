import type { DeclaredStore } from './http/stores.ts';
import type { TopicName } from './topics.ts';

/** What a topic tells of a person, and by what its records are found. A new topic does not compile until it says so. */
export type TopicContents = Pick<DeclaredStore, 'holds'> & {
  readonly key: 'contact-id' | 'data-request' | 'tenant';
};

export const topicContents: Readonly<Record<TopicName, TopicContents>> = {
  'contact-signals.v1': {
    key: 'contact-id',
    holds: {
      en: 'Contact details and what WhatsApp and the business told about messages with the person, sealed; in clear, the kind and the hour.',
      fr: 'Coordonnées et ce que WhatsApp et l’entreprise ont signalé des messages échangés avec la personne, chiffrés ; en clair, la nature et l’heure ronde.',
    },
  },
  'block-likelihoods.v1': {
    key: 'contact-id',
    holds: {
      en: 'Changes of the likelihood that the person has blocked the business, with their reasons.',
      fr: 'Évolutions de la probabilité que la personne ait bloqué l’entreprise, avec leurs raisons.',
    },
  },
  'wishes.v1': {
    key: 'contact-id',
    holds: {
      en: 'What the person asked of the business: refusals, withdrawals, and which contacts are one person.',
      fr: 'Ce que la personne a demandé à l’entreprise : refus, retraits, et quels contacts sont une même personne.',
    },
  },
  'contact-policies.v1': {
    key: 'contact-id',
    holds: {
      en: 'Consents, withdrawals, objections and preferences of the person.',
      fr: 'Consentements, retraits, oppositions et préférences de la personne.',
    },
  },
  'contact-decisions.v1': {
    key: 'contact-id',
    holds: {
      en: 'Whether the person could be written to, when, on which channel, and why.',
      fr: 'Si l’on pouvait écrire à la personne, quand, par quel canal, et pourquoi.',
    },
  },
  'data-requests.v1': {
    key: 'data-request',
    holds: {
      en: 'Requests to exercise a right, with their due dates; who asked is sealed.',
      fr: 'Demandes d’exercice d’un droit et leurs échéances ; l’identité du demandeur est chiffrée.',
    },
  },
  'privacy-wishes.v1': {
    key: 'contact-id',
    holds: {
      en: 'Objections, withdrawals and restrictions asked for by a data request, some of them under its id; who asked is sealed.',
      fr: 'Oppositions, retraits et limitations demandés par une demande de droits, en partie sous l’identifiant de celle-ci ; l’identité du demandeur est chiffrée.',
    },
  },
  'alerts.v1': {
    key: 'tenant',
    holds: {
      en: 'Matters of the platform that somebody must look at; no person.',
      fr: 'Points de la plateforme à examiner ; aucune personne.',
    },
  },
  'tenants.v1': {
    key: 'tenant',
    holds: {
      en: 'How each business is set up; the contact of its data protection officer is sealed.',
      fr: 'Paramètres de chaque entreprise ; les coordonnées de son délégué à la protection des données sont chiffrées.',
    },
  },
  'audit.v1': {
    key: 'contact-id',
    holds: {
      en: 'Which member of staff did what about the person, and when; the reason is sealed.',
      fr: 'Quel membre du personnel a fait quoi au sujet de la personne, et quand ; le motif est chiffré.',
    },
  },
  'privacy-fence.v1': {
    key: 'contact-id',
    holds: {
      en: 'That a random id was erased, and nothing that leads to a person.',
      fr: 'Qu’un identifiant aléatoire a été effacé, et rien qui mène à une personne.',
    },
  },
};
