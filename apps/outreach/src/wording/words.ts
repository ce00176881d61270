import type { Channel, PageLanguage, Purpose } from '@tact/contracts';

type Said = Readonly<Record<PageLanguage, string>>;

/** What a person gets for each purpose, as a page or a mail names it. */
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

/** Where. */
export const channelNames: Readonly<Record<Channel, Said>> = {
  whatsapp: { fr: 'sur WhatsApp', en: 'on WhatsApp' },
  email: { fr: 'par courriel', en: 'by e-mail' },
  phone: { fr: 'par téléphone', en: 'by phone' },
  post: { fr: 'par courrier postal', en: 'by post' },
  social: { fr: 'sur les réseaux sociaux', en: 'on social networks' },
};

/** The same without a preposition, as in a list to choose from. */
export const channelLabels: Readonly<Record<Channel, Said>> = {
  whatsapp: { fr: 'WhatsApp', en: 'WhatsApp' },
  email: { fr: 'Courriel', en: 'E-mail' },
  phone: { fr: 'Téléphone', en: 'Phone' },
  post: { fr: 'Courrier postal', en: 'Post' },
  social: { fr: 'Réseaux sociaux', en: 'Social networks' },
};

/** What a consent is for, in one line. */
export const aboutOf = (
  { purpose, channel }: { readonly purpose: Purpose; readonly channel: Channel },
  language: PageLanguage,
): string => `${purposeNames[purpose][language]}, ${channelNames[channel][language]}`;

export const capitalised = (text: string): string =>
  text.charAt(0).toLocaleUpperCase() + text.slice(1);
