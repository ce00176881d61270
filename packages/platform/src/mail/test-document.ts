import type { MailDocument, MailLanguage } from './template.ts';

const words: Record<MailLanguage, Record<'subject' | 'arrived' | 'service' | 'footer', string>> = {
  en: {
    subject: '[Tact] Test mail',
    service: 'Sent by the service',
    arrived: 'This mail arrived, so alerts will arrive too. Nothing else is to be done.',
    footer: 'Somebody with an administrator’s API key asked Tact for this one mail.',
  },
  fr: {
    subject: '[Tact] Message d’essai',
    service: 'Envoyé par le service',
    arrived: 'Ce message est arrivé : les alertes arriveront aussi. Il n’y a rien d’autre à faire.',
    footer: 'Une personne munie d’une clé d’API d’administration a demandé ce seul message.',
  },
};

/** What `tact mail test` sends. */
export const testDocument = (language: MailLanguage, service: string): MailDocument => {
  const { subject, arrived, service: label, footer } = words[language];
  const blocks: MailDocument['blocks'] = [
    { kind: 'paragraph', text: arrived },
    { kind: 'facts', rows: [[label, service]] },
  ];
  return { language, subject, blocks, footer };
};
