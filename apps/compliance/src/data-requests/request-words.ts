import type { PageLanguage, RefusalGround } from '@tact/contracts';
import type { MailDocument } from '@tact/platform';

type Written = { readonly language: PageLanguage; readonly name: string };
type Texts = Readonly<Record<PageLanguage, string>>;

/** A name is set by a business: whatever would end a header's line is none of it. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

const dateOf = (at: string | Date, language: PageLanguage, timeStyle?: 'short'): string =>
  new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
    dateStyle: 'long',
    ...(timeStyle === undefined ? {} : { timeStyle }),
    timeZone: 'Europe/Paris',
  }).format(new Date(at));

const paragraph = (text: string) => ({ kind: 'paragraph', text }) as const;

const written = (
  { language, name }: Written,
  subject: (name: string) => Texts,
  texts: readonly Texts[],
): MailDocument => {
  const business = oneLine(name);
  const why: Texts = {
    fr: `Vous recevez ce message parce qu’une demande concernant vos données a été adressée à ${business}. Si elle ne vient pas de vous, ne communiquez aucun code et ignorez ce message.`,
    en: `You receive this message because a request about your data was made to ${business}. If it was not you, pass no code on and ignore this message.`,
  };
  return {
    language,
    subject: subject(business)[language],
    blocks: texts.map((text) => paragraph(text[language])),
    footer: why[language],
  };
};

/** Four and four, as it is read out. */
const spaced = (code: string): string => `${code.slice(0, 4)} ${code.slice(4)}`;

export const codeMail = (
  to: Written,
  { code, expiresAt }: { readonly code: string; readonly expiresAt: Date },
): MailDocument =>
  written(
    to,
    (name) => ({
      fr: `${name} : votre code de vérification`,
      en: `${name}: your verification code`,
    }),
    [
      {
        fr: `Votre code : ${spaced(code)}`,
        en: `Your code: ${spaced(code)}`,
      },
      {
        fr: `Il confirme que la demande vient de vous. Il ne sert qu’une fois, jusqu’au ${dateOf(expiresAt, 'fr', 'short')} (heure de Paris). Ne le donnez à personne d’autre.`,
        en: `It confirms that the request comes from you. It works once, until ${dateOf(expiresAt, 'en', 'short')} (Paris time). Give it to nobody else.`,
      },
    ],
  );

export const extensionMail = (
  to: Written,
  { reason, until }: { readonly reason: string; readonly until: string },
): MailDocument =>
  written(
    to,
    (name) => ({
      fr: `${name} : votre demande prendra plus de temps`,
      en: `${name}: your request will take longer`,
    }),
    [
      {
        fr: `Nous avons besoin de plus de temps pour répondre à votre demande. Vous aurez notre réponse au plus tard le ${dateOf(until, 'fr')}.`,
        en: `We need more time to answer your request. You will have our answer by ${dateOf(until, 'en')} at the latest.`,
      },
      { fr: `Voici pourquoi : ${reason}`, en: `This is why: ${reason}` },
      complaints,
    ],
  );

const grounds: Readonly<Record<RefusalGround, Texts>> = {
  'manifestly-unfounded': {
    fr: 'elle est manifestement infondée',
    en: 'it is manifestly unfounded',
  },
  excessive: { fr: 'elle est excessive', en: 'it is excessive' },
  'not-identified': {
    fr: 'nous ne pouvons pas établir qu’elle vient de vous',
    en: 'we cannot establish that it comes from you',
  },
  'rights-of-others': {
    fr: 'y répondre porterait atteinte aux droits d’autres personnes',
    en: 'answering it would harm the rights of other people',
  },
  'legal-obligation': {
    fr: 'la loi nous oblige à conserver ces données',
    en: 'the law obliges us to keep these data',
  },
  'legal-claims': {
    fr: 'ces données sont nécessaires à la défense de droits en justice',
    en: 'these data are needed for legal claims',
  },
};

export const refusalMail = (
  to: Written,
  { ground, complaint }: { readonly ground: RefusalGround; readonly complaint: string },
): MailDocument =>
  written(
    to,
    (name) => ({
      fr: `${name} : notre réponse à votre demande`,
      en: `${name}: our answer to your request`,
    }),
    [
      {
        fr: `Nous ne pouvons pas donner suite à votre demande, car ${grounds[ground].fr}.`,
        en: `We cannot act on your request, because ${grounds[ground].en}.`,
      },
      { fr: complaint, en: complaint },
    ],
  );

/** What a person can do who is not content (Art. 12(4), 77, 79); the authority is that of France. */
export const complaints: Texts = {
  fr: 'Si vous n’êtes pas d’accord, vous pouvez adresser une réclamation à la CNIL (3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, www.cnil.fr/plaintes) ou saisir un tribunal.',
  en: 'If you do not agree, you may lodge a complaint with the CNIL (3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07, France, www.cnil.fr/plaintes) or go to court.',
};
