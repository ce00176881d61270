import type { Alert, AlertKind } from '@tact/contracts';
import type { MailBlock, MailDocument, MailLanguage } from '../mail/template.ts';

type Words = { readonly what: string; readonly todo: string };

/** An alert speaks English; a mail speaks the operator's language, in these words. */
const french: Record<AlertKind, Words> = {
  'without-effect-grows': {
    what: 'Des éléments reçus restent sans effet, bien plus que d’habitude, pour la raison indiquée.',
    todo: 'GET /v1/alerts ou tact alerts expliquent la raison et ce qu’il faut faire.',
  },
  'keys-parked': {
    what: 'Des enregistrements ont été mis de côté, avec tous ceux qui suivent de leurs clés.',
    todo: 'tact parked les montre avec leur cause ; corrigez-la, puis tact redrive.',
  },
  'clock-skew': {
    what: 'L’horloge de cette machine et celle de la base de données diffèrent.',
    todo: 'Synchronisez les deux avec l’heure d’Internet (NTP).',
  },
  'not-storing': {
    what: 'Plus rien ne peut être enregistré.',
    todo: 'Libérez de la place sur le disque de la base de données, ou rétablissez sa connexion.',
  },
  'relay-stalled': {
    what: 'Des événements attendent d’être publiés ; les webhooks continuent d’être enregistrés.',
    todo: 'Redémarrez le journal des messages, ou rétablissez sa connexion.',
  },
};

type Labels = Record<
  'alert' | 'service' | 'tenant' | 'reason' | 'since' | 'count' | 'todo' | 'link' | 'footer',
  string
>;

const labels: Record<MailLanguage, Labels> = {
  en: {
    ...{ alert: 'Alert', service: 'Service', tenant: 'Tenant', reason: 'Reason', since: 'Since' },
    ...{ count: 'How much', todo: 'What to do', link: 'All alerts (needs an API key)' },
    footer: 'This address is the setting ALERT_MAIL_TO of Tact; without it nobody gets a mail.',
  },
  fr: {
    ...{ alert: 'Alerte', service: 'Service', tenant: 'Client', reason: 'Raison', since: 'Depuis' },
    ...{ count: 'Combien', todo: 'Que faire', link: 'Toutes les alertes (avec une clé d’API)' },
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

const wordsOf = ({ alert, language }: AlertMail): Words =>
  language === 'fr' ? french[alert.kind] : alert;

/** What a mail says of an alert: numbers, reasons and what to do. It names no person because no alert does. */
export const alertDocument = (mail: AlertMail): MailDocument => {
  const { alert, service, tenantId, language, origin } = mail;
  const label = labels[language];
  const { what, todo } = wordsOf(mail);
  const rows: [string, string][] = [
    [label.service, service],
    ...(tenantId === undefined ? [] : [[label.tenant, tenantId] as [string, string]]),
    ...(alert.reason === undefined ? [] : [[label.reason, alert.reason] as [string, string]]),
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
