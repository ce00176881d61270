import type { PageLanguage } from '@tact/contracts';

export type ClauseFacts = {
  readonly name: string;
  /** Where the controller is reached, where it says so. */
  readonly contact: string | undefined;
  /** Name and address, where there is one. */
  readonly dpo: string | undefined;
  readonly isFrench: boolean;
  readonly isCountryKnown: boolean;
  readonly lists: Readonly<Record<'purposes' | 'categories' | 'retention', string>>;
};

/** What Art. 13 and 14 GDPR ask to be told, in this order. */
export type SectionName =
  | 'controller'
  | 'purposes'
  | 'categories'
  | 'source'
  | 'recipients'
  | 'transfers'
  | 'retention'
  | 'estimate'
  | 'withdrawal'
  | 'rights'
  | 'duty'
  | 'complaint';

type Section = { readonly title: string; readonly body: (facts: ClauseFacts) => string };

const french: Readonly<Record<SectionName, Section>> = {
  controller: {
    title: 'Qui est responsable de vos données',
    body: ({
      name,
      contact = '[adresse postale, adresse électronique et téléphone]',
      dpo = '[nom et adresse électronique du délégué ou du contact]',
    }) =>
      `${name} (${contact}) est responsable du traitement de vos données. Pour toute question, ou pour exercer vos droits, écrivez à notre délégué à la protection des données : ${dpo}.`,
  },
  purposes: {
    title: 'Pourquoi nous les utilisons, et sur quelle base',
    body: ({ lists }) =>
      `${lists.purposes}\n\nChacune de ces finalités est distincte : accepter l’une n’engage pas pour les autres.`,
  },
  categories: {
    title: 'De quelles données il s’agit',
    body: ({ lists }) => lists.categories,
  },
  source: {
    title: 'D’où elles viennent',
    body: () =>
      'De vous-même, de notre fichier clients, de WhatsApp, qui nous indique si un message a été remis, lu ou refusé, et de ce que nos collaborateurs constatent au cours de leurs échanges avec vous. Nous n’envoyons jamais de message dans le seul but d’observer ce qu’il devient.',
  },
  recipients: {
    title: 'Qui les reçoit',
    body: () =>
      'Nos collaborateurs chargés de la relation client ; WhatsApp (WhatsApp Ireland Limited) pour les messages que nous vous y envoyons ; notre hébergeur, notre prestataire de messagerie électronique et l’éditeur de notre fichier clients, qui agissent sur nos instructions. Nous ne vendons pas vos données.',
  },
  transfers: {
    title: 'Hors de l’Union européenne',
    body: () =>
      'WhatsApp peut transférer des données aux États-Unis et dans d’autres pays, sur la base de décisions d’adéquation de la Commission européenne ou de ses clauses contractuelles types, dont vous pouvez nous demander une copie.',
  },
  retention: {
    title: 'Combien de temps nous les conservons',
    body: ({ lists }) => lists.retention,
  },
  estimate: {
    title: 'Une estimation, et ce qu’elle change pour vous',
    body: () =>
      'À partir de l’acheminement de nos messages et de vos réponses, nous calculons la probabilité que vous ayez bloqué nos messages. C’est un profilage. Cette estimation ne peut que réduire le nombre de messages que nous vous envoyons : elle ne change ni les prix, ni les services, ni l’exécution d’un contrat, et ne produit aucun effet juridique à votre égard. Vous pouvez demander comment elle a été obtenue, la faire corriger ou examiner par une personne, et vous y opposer.',
  },
  withdrawal: {
    title: 'Retirer votre accord',
    body: () =>
      'Vous pouvez retirer votre accord à tout moment, aussi simplement que vous l’avez donné : par le lien présent dans chacun de nos courriels, en répondant STOP sur WhatsApp, ou en nous écrivant. Le retrait ne remet pas en cause ce qui a été fait auparavant.',
  },
  rights: {
    title: 'Vos droits',
    body: ({ isFrench }) =>
      `Vous pouvez demander l’accès à vos données, leur rectification, leur effacement, la limitation de leur traitement et leur portabilité, et vous opposer à leur traitement pour des raisons tenant à votre situation. Vous pouvez vous opposer à tout moment et sans motif à la prospection, y compris au profilage qui lui est lié.${isFrench ? ' Vous pouvez aussi donner des directives sur le sort de vos données après votre décès.' : ''} Nous vous répondons dans un délai d’un mois.`,
  },
  duty: {
    title: 'Êtes-vous obligé de nous les fournir ?',
    body: () =>
      'Non. Si vous refusez, vous ne recevrez simplement pas les messages correspondants ; nos services ne dépendent pas de votre accord. Vos coordonnées sont nécessaires uniquement pour vous écrire au sujet d’une commande ou d’une demande en cours.',
  },
  complaint: {
    title: 'Adresser une réclamation',
    body: ({ isFrench, isCountryKnown }) => {
      if (isFrench) {
        return 'Si vous estimez que vos droits ne sont pas respectés, vous pouvez adresser une réclamation à la CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, www.cnil.fr/plaintes.';
      }
      const authority = isCountryKnown ? '' : ' [nom de l’autorité de contrôle de votre pays]';
      return `Si vous estimez que vos droits ne sont pas respectés, vous pouvez adresser une réclamation à l’autorité de protection des données de votre pays de résidence${authority}. En France, il s’agit de la CNIL (www.cnil.fr/plaintes).`;
    },
  },
};

const english: Readonly<Record<SectionName, Section>> = {
  controller: {
    title: 'Who is responsible for your data',
    body: ({
      name,
      contact = '[postal address, e-mail address and telephone number]',
      dpo = '[name and e-mail address of the data protection officer or contact]',
    }) =>
      `${name} (${contact}) is the controller of your personal data. If you have a question, or to exercise your rights, write to our data protection officer: ${dpo}.`,
  },
  purposes: {
    title: 'Why we use it, and on what basis',
    body: ({ lists }) =>
      `${lists.purposes}\n\nEach of these purposes stands on its own: agreeing to one commits you to none of the others.`,
  },
  categories: {
    title: 'What data this is',
    body: ({ lists }) => lists.categories,
  },
  source: {
    title: 'Where it comes from',
    body: () =>
      'From you, from our customer file, from WhatsApp, which tells us whether a message was delivered, read or refused, and from what our staff notice in their exchanges with you. We never send a message only to see what becomes of it.',
  },
  recipients: {
    title: 'Who receives it',
    body: () =>
      'Our customer service staff; WhatsApp (WhatsApp Ireland Limited) for the messages we send you there; our hosting provider, our e-mail provider and the supplier of our customer file, who act on our instructions. We do not sell your data.',
  },
  transfers: {
    title: 'Outside the European Union',
    body: () =>
      'WhatsApp may transfer data to the United States and other countries, on the basis of adequacy decisions of the European Commission or of its standard contractual clauses, a copy of which you may ask us for.',
  },
  retention: {
    title: 'How long we keep it',
    body: ({ lists }) => lists.retention,
  },
  estimate: {
    title: 'An estimate, and what it changes for you',
    body: () =>
      'From the delivery of our messages and your replies we calculate the likelihood that you have blocked our messages. This is profiling. The estimate can only reduce the number of messages we send you: it changes no price, no service and no contract, and has no legal effect on you. You may ask how it was obtained, have it corrected or reviewed by a person, and object to it.',
  },
  withdrawal: {
    title: 'Withdrawing your consent',
    body: () =>
      'You may withdraw your consent at any time, as easily as you gave it: by the link in each of our e-mails, by answering STOP on WhatsApp, or by writing to us. Withdrawing it does not affect what was done before.',
  },
  rights: {
    title: 'Your rights',
    body: ({ isFrench }) =>
      `You may ask for access to your data, for its correction, its erasure, the restriction of its processing and its portability, and you may object to its processing on grounds relating to your situation. You may object to direct marketing, and to profiling related to it, at any time and without giving a reason.${isFrench ? ' You may also leave instructions on what becomes of your data after your death.' : ''} We answer within one month.`,
  },
  duty: {
    title: 'Do you have to give it to us?',
    body: () =>
      'No. If you refuse, you simply will not receive the messages concerned; our services do not depend on your consent. Your contact details are needed only to write to you about an order or a request in progress.',
  },
  complaint: {
    title: 'Lodging a complaint',
    body: ({ isFrench, isCountryKnown }) => {
      if (isFrench) {
        return 'If you believe that your rights are not respected, you may lodge a complaint with the CNIL, the French data protection authority: 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, France, www.cnil.fr.';
      }
      const authority = isCountryKnown
        ? ''
        : ' [name of the supervisory authority of your country]';
      return `If you believe that your rights are not respected, you may lodge a complaint with the data protection authority of the country where you live${authority}. In France this is the CNIL (www.cnil.fr).`;
    },
  },
};

/** The clause, section by section, in each language. */
export const sections: Readonly<Record<PageLanguage, Readonly<Record<SectionName, Section>>>> = {
  fr: french,
  en: english,
};
