import type { Channel, PageLanguage, Purpose } from '@tact/contracts';
import { channelNames } from './words.ts';

/** What a page or a mail says of one purpose on one channel. */
export type SentenceName =
  /** As a title of one line, without a full stop. */
  | 'title'
  /** The business asks; it is named. */
  | 'asks'
  /** A mail asks for the business, which is named. */
  | 'mailAsks'
  | 'agreed'
  | 'mayCome'
  | 'isOver'
  | 'notAgreed'
  /** By what the person chose on the page. */
  | 'notChosen';

type Where = {
  /** The business, by the name it gave itself. */
  readonly name: string;
  /** "par courriel". */
  readonly on: string;
  /** "courriels". */
  readonly messages: string;
};
type Sentences = Readonly<Record<SentenceName, (where: Where) => string>>;

const french: Readonly<Record<Purpose, Sentences>> = {
  'service-message': {
    title: ({ on }) => `Informations sur vos commandes, vos rendez-vous et vos demandes, ${on}`,
    asks: ({ name, on }) =>
      `${name} vous demande votre accord pour vous tenir au courant ${on} de vos commandes, de vos rendez-vous et de vos demandes.`,
    mailAsks: ({ name, on }) =>
      `Bonjour, ${name} souhaite vous tenir au courant ${on} de vos commandes, de vos rendez-vous et de vos demandes, et a besoin pour cela de votre accord.`,
    agreed: ({ on }) =>
      `Vous avez accepté que nous vous tenions au courant ${on} de vos commandes, de vos rendez-vous et de vos demandes.`,
    mayCome: ({ on }) =>
      `Nous pouvons vous tenir au courant ${on} de vos commandes, de vos rendez-vous et de vos demandes.`,
    isOver: ({ on }) =>
      `C’est noté : nous ne vous contacterons plus ${on} au sujet de vos commandes, de vos rendez-vous et de vos demandes.`,
    notAgreed: ({ on }) =>
      `Vous n’avez pas donné votre accord pour que nous vous tenions au courant ${on} de vos commandes, de vos rendez-vous et de vos demandes.`,
    notChosen: ({ on }) =>
      `Selon vos choix, nous ne vous contactons pas ${on} au sujet de vos commandes, de vos rendez-vous et de vos demandes.`,
  },
  marketing: {
    title: ({ on }) => `Actualités et offres ${on}`,
    asks: ({ name, on }) =>
      `${name} vous demande votre accord pour vous faire part ${on} de ses actualités et de ses offres.`,
    mailAsks: ({ name, on }) =>
      `Bonjour, ${name} souhaite vous faire part ${on} de ses actualités et de ses offres, et a besoin pour cela de votre accord.`,
    agreed: ({ on }) => `Vous avez accepté de recevoir nos actualités et nos offres ${on}.`,
    mayCome: ({ on }) => `Vous pouvez recevoir nos actualités et nos offres ${on}.`,
    isOver: ({ on }) => `C’est noté : vous ne recevrez plus nos actualités ni nos offres ${on}.`,
    notAgreed: ({ on }) =>
      `Vous n’avez pas donné votre accord pour recevoir nos actualités et nos offres ${on}.`,
    notChosen: ({ on }) =>
      `Selon vos choix, vous ne recevez ni nos actualités ni nos offres ${on}.`,
  },
  feedback: {
    title: ({ on }) => `Demandes d’avis ${on}`,
    asks: ({ name, on }) => `${name} vous demande votre accord pour recueillir votre avis ${on}.`,
    mailAsks: ({ name, on }) =>
      `Bonjour, ${name} souhaite pouvoir vous demander votre avis ${on}, et a besoin pour cela de votre accord.`,
    agreed: ({ on }) => `Vous avez accepté que nous vous demandions votre avis ${on}.`,
    mayCome: ({ on }) => `Nous pouvons vous demander votre avis ${on}.`,
    isOver: ({ on }) => `C’est noté : nous ne vous demanderons plus votre avis ${on}.`,
    notAgreed: ({ on }) =>
      `Vous n’avez pas donné votre accord pour que nous vous demandions votre avis ${on}.`,
    notChosen: ({ on }) => `Selon vos choix, nous ne vous demandons pas votre avis ${on}.`,
  },
  'signal-analysis': {
    title: ({ messages }) => `Analyse de l’acheminement de nos ${messages}`,
    asks: ({ name, messages }) =>
      `${name} vous demande votre accord pour analyser l’acheminement de ses ${messages}, afin de moins vous solliciter.`,
    mailAsks: ({ name, messages }) =>
      `Bonjour, ${name} souhaite analyser l’acheminement de ses ${messages}, afin de moins vous solliciter, et a besoin pour cela de votre accord.`,
    agreed: ({ messages }) =>
      `Vous avez accepté que nous analysions l’acheminement de nos ${messages}, afin de moins vous solliciter.`,
    mayCome: ({ messages }) =>
      `Nous pouvons analyser l’acheminement de nos ${messages}, afin de moins vous solliciter.`,
    isOver: ({ messages }) =>
      `C’est noté : nous n’analyserons plus l’acheminement de nos ${messages}.`,
    notAgreed: ({ messages }) =>
      `Vous n’avez pas donné votre accord pour que nous analysions l’acheminement de nos ${messages}.`,
    notChosen: ({ messages }) =>
      `Selon vos choix, nous n’analysons pas l’acheminement de nos ${messages}.`,
  },
};

const english: Readonly<Record<Purpose, Sentences>> = {
  'service-message': {
    title: ({ on }) => `Updates ${on} about your orders, appointments and requests`,
    asks: ({ name, on }) =>
      `${name} asks for your consent to keep you informed ${on} about your orders, appointments and requests.`,
    mailAsks: ({ name, on }) =>
      `Hello, ${name} would like to keep you informed ${on} about your orders, appointments and requests, and needs your consent to do so.`,
    agreed: ({ on }) =>
      `You agreed to be kept informed ${on} about your orders, appointments and requests.`,
    mayCome: ({ on }) =>
      `We may keep you informed ${on} about your orders, appointments and requests.`,
    isOver: ({ on }) =>
      `Done: we will no longer contact you ${on} about your orders, appointments and requests.`,
    notAgreed: ({ on }) =>
      `You have not agreed to be kept informed ${on} about your orders, appointments and requests.`,
    notChosen: ({ on }) =>
      `As you chose, we do not contact you ${on} about your orders, appointments and requests.`,
  },
  marketing: {
    title: ({ on }) => `News and offers ${on}`,
    asks: ({ name, on }) =>
      `${name} asks for your consent to contact you ${on} with news and offers.`,
    mailAsks: ({ name, on }) =>
      `Hello, ${name} would like to contact you ${on} with news and offers, and needs your consent to do so.`,
    agreed: ({ on }) => `You agreed to receive our news and offers ${on}.`,
    mayCome: ({ on }) => `You may receive our news and offers ${on}.`,
    isOver: ({ on }) => `Done: you will no longer receive our news and offers ${on}.`,
    notAgreed: ({ on }) => `You have not agreed to receive our news and offers ${on}.`,
    notChosen: ({ on }) => `As you chose, you do not receive our news and offers ${on}.`,
  },
  feedback: {
    title: ({ on }) => `Requests for your opinion ${on}`,
    asks: ({ name, on }) => `${name} asks for your consent to request your opinion ${on}.`,
    mailAsks: ({ name, on }) =>
      `Hello, ${name} would like to ask for your opinion ${on} from time to time, and needs your consent to do so.`,
    agreed: ({ on }) => `You agreed that we may ask for your opinion ${on}.`,
    mayCome: ({ on }) => `We may ask for your opinion ${on}.`,
    isOver: ({ on }) => `Done: we will no longer ask for your opinion ${on}.`,
    notAgreed: ({ on }) => `You have not agreed that we may ask for your opinion ${on}.`,
    notChosen: ({ on }) => `As you chose, we do not ask for your opinion ${on}.`,
  },
  'signal-analysis': {
    title: ({ messages }) => `Analysis of how our ${messages} reach you`,
    asks: ({ name, messages }) =>
      `${name} asks for your consent to analyse how its ${messages} reach you, so as to contact you less.`,
    mailAsks: ({ name, messages }) =>
      `Hello, ${name} would like to analyse how its ${messages} reach you, so as to contact you less, and needs your consent to do so.`,
    agreed: ({ messages }) =>
      `You agreed that we may analyse how our ${messages} reach you, so as to contact you less.`,
    mayCome: ({ messages }) =>
      `We may analyse how our ${messages} reach you, so as to contact you less.`,
    isOver: ({ messages }) => `Done: we will no longer analyse how our ${messages} reach you.`,
    notAgreed: ({ messages }) =>
      `You have not agreed that we may analyse how our ${messages} reach you.`,
    notChosen: ({ messages }) => `As you chose, we do not analyse how our ${messages} reach you.`,
  },
};

const sentences: Readonly<Record<PageLanguage, Readonly<Record<Purpose, Sentences>>>> = {
  fr: french,
  en: english,
};

export type About = { readonly purpose: Purpose; readonly channel: Channel };

/** One whole sentence of a purpose and a channel, as a native writes it. */
export const sentenceOf = (
  which: SentenceName,
  { purpose, channel, name = '' }: About & { readonly name?: string },
  language: PageLanguage,
): string => {
  const { on, messages } = channelNames[channel];
  return sentences[language][purpose][which]({
    name,
    on: on[language],
    messages: messages[language],
  });
};
