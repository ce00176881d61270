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

/** Where: in a sentence, and as one of a list to choose from. */
export const channelNames: Readonly<Record<Channel, { readonly on: Said; readonly label: Said }>> =
  {
    whatsapp: {
      on: { fr: 'sur WhatsApp', en: 'on WhatsApp' },
      label: { fr: 'WhatsApp', en: 'WhatsApp' },
    },
    email: { on: { fr: 'par courriel', en: 'by e-mail' }, label: { fr: 'Courriel', en: 'E-mail' } },
    phone: { on: { fr: 'par téléphone', en: 'by phone' }, label: { fr: 'Téléphone', en: 'Phone' } },
    post: {
      on: { fr: 'par courrier postal', en: 'by post' },
      label: { fr: 'Courrier postal', en: 'Post' },
    },
    social: {
      on: { fr: 'sur les réseaux sociaux', en: 'on social networks' },
      label: { fr: 'Réseaux sociaux', en: 'Social networks' },
    },
  };

/** What a consent is for, in one line. */
export const aboutOf = (
  { purpose, channel }: { readonly purpose: Purpose; readonly channel: Channel },
  language: PageLanguage,
): string => `${purposeNames[purpose][language]}, ${channelNames[channel].on[language]}`;

export const capitalised = (text: string): string =>
  text.charAt(0).toLocaleUpperCase() + text.slice(1);
