import type { AllowedObservation, Sentence } from '@tact/contracts';

/** What is asked of people, and within which bounds: each says that nothing is done only to test. */
export const observationSentences: Record<AllowedObservation, Sentence> = {
  'await-message': {
    fr: 'Le plus utile est d’attendre : si le message en attente arrive, il n’y a pas de blocage. N’en envoyez pas d’autre pour vérifier.',
    en: 'Waiting tells most: if the message under way arrives, there is no block. Do not send another one to check.',
  },
  'expected-call': {
    fr: 'Si cette personne attend un appel de votre part, notez s’il sonne ; après un appel qui n’a pas sonné, choisissez une autre heure. N’appelez pas seulement pour vérifier.',
    en: 'If this person expects a call from you, note whether it rings; after a call that did not ring, choose another hour. Do not call only to check.',
  },
  'look-at-photo': {
    fr: 'Demandez à un agent de regarder si la photo de profil est visible, depuis le téléphone habituel, sans écrire ni appeler.',
    en: 'Ask an agent to look whether the profile photo is visible, on the usual phone, without writing or calling.',
  },
  'look-at-presence': {
    fr: 'Demandez à un agent de regarder si la dernière connexion est visible, depuis le téléphone habituel, sans écrire ni appeler.',
    en: 'Ask an agent to look whether last seen is visible, on the usual phone, without writing or calling.',
  },
};
