import { DAY_MS, type LawfulBasis, type PersonalCategory, type Purpose } from '@tact/contracts';

type Said = { readonly fr: string; readonly en: string };

/** What each purpose is, as a person would be told: one that is new does not compile without its sentence. */
export const purposeSentences: Readonly<Record<Purpose, Said>> = {
  'service-message': {
    fr: 'vous écrire au sujet de vos commandes, de vos rendez-vous et de vos demandes',
    en: 'writing to you about your orders, your appointments and your requests',
  },
  marketing: {
    fr: 'vous envoyer nos actualités et nos offres',
    en: 'sending you our news and offers',
  },
  feedback: {
    fr: 'vous demander votre avis sur nos messages',
    en: 'asking you what you think of our messages',
  },
  'signal-analysis': {
    fr: 'analyser ce que WhatsApp nous indique de l’acheminement de nos messages, afin d’estimer si vous ne souhaitez plus en recevoir',
    en: 'analysing what WhatsApp tells us about the delivery of our messages, to estimate whether you no longer wish to receive any',
  },
};

/** The basis of a purpose, with what its article asks to be told (GDPR Art. 13(1)(c) and (d)). */
export const basisSentences: Readonly<Record<LawfulBasis, Said>> = {
  consent: {
    fr: 'votre consentement (article 6, paragraphe 1, point a du RGPD)',
    en: 'your consent (Article 6(1)(a) GDPR)',
  },
  contract: {
    fr: 'l’exécution du contrat qui nous lie ou de mesures prises à votre demande (article 6, paragraphe 1, point b du RGPD)',
    en: 'the performance of our contract with you, or steps taken at your request (Article 6(1)(b) GDPR)',
  },
  'legitimate-interest': {
    fr: 'notre intérêt légitime à ne pas importuner les personnes qui ne souhaitent plus être contactées et à améliorer nos échanges (article 6, paragraphe 1, point f du RGPD)',
    en: 'our legitimate interest in not disturbing people who no longer wish to be contacted and in improving how we write (Article 6(1)(f) GDPR)',
  },
};

/** Categories of data (GDPR Art. 14(1)(d)); what is told together has one sentence. */
const categories: Readonly<Record<PersonalCategory, Said>> = {
  phone: { fr: 'votre numéro de téléphone', en: 'your phone number' },
  'business-scoped-id': {
    fr: 'l’identifiant sous lequel WhatsApp vous désigne auprès de nous',
    en: 'the identifier by which WhatsApp refers to you with us',
  },
  email: { fr: 'votre adresse électronique', en: 'your e-mail address' },
  'crm-id': {
    fr: 'le numéro de votre fiche dans notre fichier clients',
    en: 'the number of your record in our customer file',
  },
  name: { fr: 'votre nom', en: 'your name' },
  attribute: {
    fr: 'votre langue, votre fuseau horaire et vos préférences de contact',
    en: 'your language, your time zone and your contact preferences',
  },
  'exact-time': {
    fr: 'les dates et heures de nos échanges et l’état d’acheminement de nos messages',
    en: 'the dates and times of our exchanges and the delivery status of our messages',
  },
  'free-text': {
    fr: 'la preuve de vos accords et de vos refus',
    en: 'the evidence of what you agreed to and what you refused',
  },
  observer: {
    fr: 'ce que nos collaborateurs notent de nos échanges avec vous',
    en: 'what our staff note about our exchanges with you',
  },
};

export const categorySentences: readonly Said[] = Object.values(categories);

const days = (count: number): Said => ({ fr: `${count} jours`, en: `${count} days` });

/** How long each class of data is kept: the defaults of the platform. `ms` is null where it is counted from an event. */
export const retentionSentences: readonly { readonly ms: number | null; readonly said: Said }[] = [
  {
    ms: 2 * DAY_MS,
    said: {
      fr: 'le décompte des messages envoyés, sans analyse : 48 heures',
      en: 'the count of messages sent, without any analysis: 48 hours',
    },
  },
  {
    ms: 400 * DAY_MS,
    said: {
      fr: `les indications d’acheminement et l’historique de l’estimation : ${days(400).fr}`,
      en: `delivery information and the history of the estimate: ${days(400).en}`,
    },
  },
  {
    ms: null,
    said: {
      fr: 'vos accords, vos refus et nos décisions de vous écrire ou non : le temps de notre relation, puis 5 ans en archivage restreint, à titre de preuve',
      en: 'what you agreed to or refused, and our decisions to write to you or not: as long as our relationship lasts, then 5 years in a restricted archive, as evidence',
    },
  },
  {
    ms: null,
    said: {
      fr: 'si vous n’êtes pas client : 3 ans au plus après le dernier contact venant de vous',
      en: 'if you are not a customer: 3 years at most after the last contact that came from you',
    },
  },
  {
    ms: null,
    said: {
      fr: 'votre opposition à être contacté : 3 ans au moins, sous une forme qui ne permet pas de vous identifier directement, afin de la respecter',
      en: 'your objection to being contacted: 3 years at least, in a form that does not identify you directly, so that we can honour it',
    },
  },
];
