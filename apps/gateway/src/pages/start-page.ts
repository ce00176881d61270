import { h, LinkList, type PageContent, type PageLanguage, Fragment } from '@tact/platform/pages';

type Text = {
  readonly title: string;
  readonly what: string;
  readonly honest: string;
  readonly where: string;
  readonly mail: readonly [label: string, why: string];
  readonly health: readonly [label: string, why: string];
  readonly description: readonly [label: string, why: string];
  readonly keys: readonly [label: string, why: string];
  readonly documents: string;
  readonly persons: string;
};

const texts: Record<PageLanguage, Text> = {
  en: {
    title: 'Tact runs here',
    what: 'A business that writes on WhatsApp and gets no answer wants to know whether it was blocked. Tact says how probable that is, and why, and sees to it that the business writes with consent, with measure, and stops when it is asked to.',
    honest: 'WhatsApp never says who blocked. Tact does not claim to know either.',
    where: 'Where to go',
    mail: [
      'Mails',
      'Everything this platform mailed: it was delivered to nobody and is shown here.',
    ],
    health: ['Health', 'Whether each of the services answers.'],
    description: [
      'Description of the API',
      'Every route as OpenAPI. The key for it is in credentials.json in the data folder.',
    ],
    keys: ['Public keys', 'What the signatures of receipts are checked with.'],
    documents:
      'The documentation comes with the software: README.md to begin with, docs/how-to/ for each task, docs/architecture.md for the whole.',
    persons:
      'Did you receive a message and look for a way to stop them? The link at its end leads there.',
  },
  fr: {
    title: 'Tact est en marche',
    what: 'Une entreprise qui écrit sur WhatsApp sans recevoir de réponse se demande si elle a été bloquée. Tact indique à quel point c’est probable, et pourquoi ; il veille aussi à ce qu’elle n’écrive qu’avec votre accord, avec mesure, et s’arrête dès qu’on le lui demande.',
    honest: 'WhatsApp ne dit jamais qui a bloqué. Tact ne prétend pas le savoir non plus.',
    where: 'Où aller',
    mail: [
      'Messages envoyés',
      'Tous les e-mails de cette plateforme : ils n’ont été remis à personne et se lisent ici.',
    ],
    health: ['État de santé', 'Indique si chacun des services répond.'],
    description: [
      'Description de l’API',
      'Toutes les routes au format OpenAPI. La clé se trouve dans credentials.json, dans le dossier de données.',
    ],
    keys: ['Clés publiques', 'Elles servent à vérifier les signatures des reçus.'],
    documents:
      'La documentation est livrée avec le logiciel : README.md pour commencer, docs/how-to/ pour chaque tâche, docs/architecture.md pour l’ensemble.',
    persons:
      'Vous avez reçu un message et ne voulez plus en recevoir ? Le lien placé à la fin du message vous y mène.',
  },
};

/** What a person finds at the origin, whether or not a service is ready. `hasMail`: the embedded platform's own mails. */
export const startPage = (
  language: PageLanguage,
  { hasMail }: { readonly hasMail: boolean },
): PageContent => {
  const text = texts[language];
  const linkTo = (href: string, [label, why]: readonly [string, string]) => ({ href, label, why });
  const links = [
    ...(hasMail ? [linkTo('/dev/mail', text.mail)] : []),
    linkTo('/openapi.json', text.description),
    linkTo('/health/ready', text.health),
    linkTo('/.well-known/privacy-jwks.json', text.keys),
  ];
  return {
    language,
    title: text.title,
    body: h(
      Fragment,
      null,
      h('p', null, text.what),
      h('p', null, text.honest),
      h('h2', null, text.where),
      h(LinkList, { links }),
      h('p', null, text.documents),
    ),
    footer: h('p', null, text.persons),
  };
};
