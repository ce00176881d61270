import type { Channel, PageLanguage, Purpose } from '@tact/contracts';

type Said = Readonly<Record<PageLanguage, string>>;

/** What a person gets for each purpose, as one of a list to choose from. */
export const purposeNames: Readonly<Record<Purpose, Said>> = {
  'service-message': {
    fr: 'messages sur vos commandes, vos rendez-vous et vos demandes',
    en: 'messages about your orders, your appointments and your requests',
  },
  marketing: { fr: 'actualités et offres', en: 'news and offers' },
  feedback: { fr: 'demandes d’avis', en: 'requests for your opinion' },
  'signal-analysis': {
    fr: 'analyse de l’acheminement de nos messages, pour vous écrire moins',
    en: 'analysis of how our messages are delivered, to write to you less',
  },
};

type ChannelWords = {
  /** Where, in a sentence. */
  readonly on: Said;
  /** What comes that way, after "our". */
  readonly messages: Said;
  /** As one of a list to choose from. */
  readonly label: Said;
};

export const channelNames: Readonly<Record<Channel, ChannelWords>> = {
  whatsapp: {
    on: { fr: 'sur WhatsApp', en: 'on WhatsApp' },
    messages: { fr: 'messages WhatsApp', en: 'WhatsApp messages' },
    label: { fr: 'WhatsApp', en: 'WhatsApp' },
  },
  email: {
    on: { fr: 'par courriel', en: 'by e-mail' },
    messages: { fr: 'courriels', en: 'e-mails' },
    label: { fr: 'Courriel', en: 'E-mail' },
  },
  phone: {
    on: { fr: 'par téléphone', en: 'by phone' },
    messages: { fr: 'appels téléphoniques', en: 'phone calls' },
    label: { fr: 'Téléphone', en: 'Phone' },
  },
  post: {
    on: { fr: 'par courrier postal', en: 'by post' },
    messages: { fr: 'courriers postaux', en: 'letters' },
    label: { fr: 'Courrier postal', en: 'Post' },
  },
  social: {
    on: { fr: 'sur les réseaux sociaux', en: 'on social media' },
    messages: { fr: 'messages sur les réseaux sociaux', en: 'social media messages' },
    label: { fr: 'Réseaux sociaux', en: 'Social media' },
  },
};

export const capitalised = (text: string): string =>
  text.charAt(0).toLocaleUpperCase() + text.slice(1);
