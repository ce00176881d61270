import { z } from 'zod';

/** Matters that a part of a service cannot settle by itself: a person must look. */
export const AlertKind = z.enum([
  'without-effect-grows',
  'keys-parked',
  'clock-skew',
  'not-storing',
  'relay-stalled',
  'incident-open',
  'rebuild-failed',
  'rows-newer',
  'doubtful-wish',
  'consumer-behind',
  'break-glass-login',
  'mails-uncertain',
  'mails-stalled',
  'mail-server-away',
  'mails-given-up',
  'audit-broken',
  'approval-waits',
  'data-request-due',
]);
export type AlertKind = z.infer<typeof AlertKind>;

/** Whose matter it is: who runs the platform, or who administers a tenant on it. */
export const AlertOwner = z.enum(['operator', 'administrator']);
export type AlertOwner = z.infer<typeof AlertOwner>;

type Sentence = { readonly en: string; readonly fr: string };

export type AlertTexts = {
  readonly owner: AlertOwner;
  readonly what: Sentence;
  readonly todo: Sentence;
  /** Where the matter can be looked at: a path of the service's own port, or of the origin under `/v1`. */
  readonly link?: string;
};

export const alertTexts: Record<AlertKind, AlertTexts> = {
  'without-effect-grows': {
    owner: 'administrator',
    what: {
      en: 'Far more than usual of what is received has no effect, for the reason given.',
      fr: 'Bien plus d’éléments reçus que d’habitude restent sans effet, pour la raison indiquée.',
    },
    todo: {
      en: 'Read the reason and act on it.',
      fr: 'Lisez la raison et corrigez sa cause.',
    },
    link: '/v1/alerts',
  },
  'keys-parked': {
    owner: 'operator',
    what: {
      en: 'Records were set aside, with all later ones of the same key.',
      fr: 'Des enregistrements ont été mis de côté, avec tous les suivants de la même clé.',
    },
    todo: {
      en: 'tact parked shows them and why; mend the cause, then run tact redrive.',
      fr: '« tact parked » les montre avec leur cause ; corrigez-la, puis lancez « tact redrive ».',
    },
    link: '/parked-records',
  },
  'clock-skew': {
    owner: 'operator',
    what: {
      en: 'The clocks of this machine and of the database differ by the number of seconds shown.',
      fr: 'Les horloges de cette machine et de la base de données diffèrent du nombre de secondes indiqué.',
    },
    todo: {
      en: 'Synchronise both with the time of the internet (NTP).',
      fr: 'Synchronisez les deux avec l’heure d’Internet (NTP).',
    },
  },
  'not-storing': {
    owner: 'operator',
    what: { en: 'Nothing can be stored.', fr: 'Plus rien ne peut être enregistré.' },
    todo: {
      en: 'Free space on the disk of the database, or mend its connection; storing then resumes by itself.',
      fr: 'Libérez de la place sur le disque de la base de données, ou rétablissez sa connexion ; l’enregistrement reprend ensuite de lui-même.',
    },
    link: '/health/ready',
  },
  'relay-stalled': {
    owner: 'operator',
    what: {
      en: 'Events wait to be published, and webhooks go on being stored.',
      fr: 'Des événements attendent d’être publiés ; les webhooks continuent d’être enregistrés.',
    },
    todo: {
      en: 'Start the message log again, or mend its connection; it catches up by itself.',
      fr: 'Relancez le journal des messages, ou rétablissez sa connexion ; il rattrape seul son retard.',
    },
  },
  'incident-open': {
    owner: 'administrator',
    what: {
      en: 'Messages to most contacts get no answer at once: while this lasts, that silence does not count as evidence.',
      fr: 'Chez la plupart des contacts, les messages restent sans réponse en même temps : tant que cela dure, ce silence ne compte pas comme un indice.',
    },
    todo: {
      en: 'Look at the state of the number and of WhatsApp; the incident closes itself.',
      fr: 'Vérifiez l’état du numéro et celui de WhatsApp ; l’incident se referme seul.',
    },
    link: '/v1/incidents',
  },
  'rebuild-failed': {
    owner: 'operator',
    what: {
      en: 'A read model could not be built anew; its old rows go on answering.',
      fr: 'Un modèle de lecture n’a pas pu être reconstruit ; ses anciennes lignes continuent de répondre.',
    },
    todo: {
      en: 'Read why in the log of the service, mend it, then run tact rebuild.',
      fr: 'Cherchez la cause dans les journaux du service, corrigez-la, puis lancez « tact rebuild ».',
    },
    link: '/v1/projections',
  },
  'rows-newer': {
    owner: 'operator',
    what: {
      en: 'A later release made the rows of a read model; this one leaves them as they are.',
      fr: 'Une version plus récente a écrit les lignes d’un modèle de lecture ; celle-ci n’y touche pas.',
    },
    todo: {
      en: 'Start the later release again, or restore a backup from before it.',
      fr: 'Relancez la version plus récente, ou restaurez une sauvegarde antérieure.',
    },
    link: '/v1/projections',
  },
  'doubtful-wish': {
    owner: 'administrator',
    what: {
      en: 'It is in doubt whether people asked to be left alone, as many as shown: marketing to them has stopped.',
      fr: 'Il n’est pas certain que des personnes, au nombre indiqué, aient demandé à ne plus être contactées : le marketing vers elles est arrêté.',
    },
    todo: {
      en: 'Read the last words of those whose timeline shows doubtful-stop-word, and record an objection, or a new consent if they mean to go on.',
      fr: 'Lisez les derniers mots de ceux dont la chronologie montre doubtful-stop-word, puis enregistrez une opposition, ou un nouvel accord s’ils souhaitent continuer.',
    },
    link: '/v1/alerts',
  },
  'consumer-behind': {
    owner: 'operator',
    what: {
      en: 'The message log dropped records before a consumer had read them; it stands still, and nothing is decided by what it knows.',
      fr: 'Le journal des messages a supprimé des enregistrements avant qu’un consommateur ne les lise ; celui-ci est arrêté, et rien n’est plus décidé d’après ce qu’il sait.',
    },
    todo: {
      en: 'Rebuild the read model of what was lost, then run tact reset-offsets.',
      fr: 'Reconstruisez le modèle de lecture avec ce qui a été perdu, puis lancez « tact reset-offsets ».',
    },
    link: '/health/ready',
  },
  'mails-uncertain': {
    owner: 'operator',
    what: {
      en: 'Mails were handed over and no answer came: nobody knows whether they arrived, so they are not sent again.',
      fr: 'Des messages ont été remis sans réponse du serveur : nul ne sait s’ils sont arrivés, ils ne sont donc pas renvoyés.',
    },
    todo: {
      en: 'tact mail uncertain lists them; look in the log of the mail server, then run tact mail settle.',
      fr: '« tact mail uncertain » les liste ; consultez le journal du serveur de messagerie, puis lancez « tact mail settle ».',
    },
    link: '/v1/operations/uncertain-mails',
  },
  'mails-stalled': {
    owner: 'operator',
    what: {
      en: 'Mails have waited for more than an hour: the mail server does not take them.',
      fr: 'Des messages attendent depuis plus d’une heure : le serveur de messagerie ne les accepte pas.',
    },
    todo: {
      en: 'Run tact mail test, and mend what it says; they then leave by themselves.',
      fr: 'Lancez « tact mail test » et corrigez ce qu’il indique ; ils partiront ensuite d’eux-mêmes.',
    },
  },
  'mails-given-up': {
    owner: 'operator',
    what: {
      en: 'Mails were given up after five days in which the mail server did not take them: their text is dropped, and they do not leave any more.',
      fr: 'Des messages ont été abandonnés : le serveur de messagerie les a refusés pendant cinq jours. Leur texte est effacé et ils ne partiront plus.',
    },
    todo: {
      en: 'Run tact mail test, and mend what it says; then have what is still needed asked for again.',
      fr: 'Lancez « tact mail test » et corrigez ce qu’il indique ; faites ensuite redemander ce qui reste nécessaire.',
    },
  },
  'mail-server-away': {
    owner: 'operator',
    what: {
      en: 'The mail server has taken nothing since then; the mails counted wait for it, and none is lost.',
      fr: 'Le serveur de messagerie n’accepte plus rien depuis cette date ; les messages comptés ici l’attendent, aucun n’est perdu.',
    },
    todo: {
      en: 'Run tact mail test, and mend what it says; they leave by themselves once it is back.',
      fr: 'Lancez « tact mail test » et corrigez ce qu’il indique ; ils partiront d’eux-mêmes à son retour.',
    },
  },
  'audit-broken': {
    owner: 'operator',
    what: {
      en: 'The audit of the tenant named does not follow from what was signed last: somebody wrote to the database. It is not signed any more.',
      fr: 'L’audit du client indiqué ne découle plus de ce qui a été signé en dernier : quelqu’un a écrit dans la base. Il n’est plus signé.',
    },
    todo: {
      en: 'Run tact verify-audit with your last export, and find out who wrote. See docs/how-to/audit.md, also after a restore.',
      fr: 'Lancez « tact verify-audit » avec votre dernier export et cherchez qui a écrit. Voir docs/how-to/audit.md, aussi après une restauration.',
    },
  },
  'approval-waits': {
    owner: 'administrator',
    what: {
      en: 'Somebody proposed what takes a second person.',
      fr: 'Une opération proposée attend l’accord d’une seconde personne.',
    },
    todo: {
      en: 'tact proposals shows it; another person approves or declines within 72 hours.',
      fr: '« tact proposals » la montre ; une autre personne l’approuve ou la rejette sous 72 heures.',
    },
    link: '/v1/proposals',
  },
  'data-request-due': {
    owner: 'administrator',
    what: {
      en: 'A data request is due in the number of days shown, or fewer, and is not answered.',
      fr: 'Une demande de droits doit recevoir sa réponse dans le nombre de jours indiqué, ou moins, et ne l’a pas.',
    },
    todo: {
      en: 'Answer it, extend its period with reasons before it ends, or refuse it with evidence; then tell the person.',
      fr: 'Répondez-y, prolongez son délai en le motivant avant l’échéance, ou refusez-la preuves à l’appui ; puis informez la personne.',
    },
    link: '/v1/data-requests',
  },
  'break-glass-login': {
    owner: 'administrator',
    what: {
      en: 'A one-time link was made for a member of staff, although people sign in at your provider of identities.',
      fr: 'Un lien à usage unique a été créé pour un collaborateur, alors que la connexion passe par votre fournisseur d’identité.',
    },
    todo: {
      en: 'Make sure that it was meant: the audit names who made it. The alert ends when that person signs in at the provider again.',
      fr: 'Vérifiez que c’était voulu : l’audit indique qui l’a créé. L’alerte se clôt quand cette personne se reconnecte par le fournisseur.',
    },
    link: '/v1/audit-events',
  },
};
