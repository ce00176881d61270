import { type Alert, alertTexts } from '@tact/contracts';
import type { MailBlock, MailDocument, MailLanguage } from '../mail/template.ts';

type Labels = Record<
  'alert' | 'service' | 'tenant' | 'reason' | 'since' | 'count' | 'todo' | 'link' | 'footer',
  string
>;

const labels: Record<MailLanguage, Labels> = {
  en: {
    alert: 'Alert',
    service: 'Service',
    tenant: 'Tenant',
    reason: 'Which',
    since: 'Since',
    count: 'How much',
    todo: 'What to do',
    link: 'All alerts (needs an API key)',
    footer: 'This address is the setting ALERT_MAIL_TO of Tact; without it nobody gets a mail.',
  },
  fr: {
    alert: 'Alerte',
    service: 'Service',
    tenant: 'Client',
    reason: 'Lequel',
    since: 'Depuis',
    count: 'Combien',
    todo: 'Que faire',
    link: 'Toutes les alertes (avec une clé d’API)',
    footer: 'Cette adresse est le réglage ALERT_MAIL_TO de Tact ; sans lui personne n’est prévenu.',
  },
};

export type AlertMail = {
  readonly alert: Alert;
  readonly service: string;
  readonly tenantId?: string;
  readonly language: MailLanguage;
  /** Where the API answers. */
  readonly origin?: string;
};

/** An alert speaks English, and says more of a reason than its kind does; other languages have the words of the kind. */
const wordsOf = ({
  alert,
  language,
}: AlertMail): { readonly what: string; readonly todo: string } => {
  if (language === 'en') return alert;
  const { what, todo } = alertTexts[alert.kind];
  return { what: what[language], todo: todo[language] };
};

const whichOf = ({ about, reason }: Alert): string | undefined => reason ?? about;

/** What a mail says of an alert: numbers, reasons and what to do. It names no person because no alert does. */
export const alertDocument = (mail: AlertMail): MailDocument => {
  const { alert, service, tenantId, language, origin } = mail;
  const label = labels[language];
  const { what, todo } = wordsOf(mail);
  const which = whichOf(alert);
  const rows: [string, string][] = [
    [label.service, service],
    ...(tenantId === undefined ? [] : [[label.tenant, tenantId] as [string, string]]),
    ...(which === undefined ? [] : [[label.reason, which] as [string, string]]),
    [label.since, alert.since],
    [label.count, String(alert.count)],
    [label.todo, todo],
  ];
  const blocks: MailBlock[] = [
    { kind: 'paragraph', text: what },
    { kind: 'facts', rows },
    ...(origin === undefined
      ? []
      : [{ kind: 'link', label: label.link, url: `${origin}/v1/alerts` } as const]),
  ];
  const subject = `[Tact] ${label.alert}: ${alert.kind} (${service})`;
  return { language, subject, blocks, footer: label.footer };
};
