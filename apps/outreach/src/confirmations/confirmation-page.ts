import type { ConsentRecord, PageLanguage } from '@tact/contracts';
import {
  Button,
  Facts,
  Form,
  h,
  Notice,
  type PageContent,
  Quoted,
  type Words,
} from '@tact/platform/pages';
import { sentenceOf } from '../wording/sentences.ts';
import type { Confirmation } from './confirmations.ts';

const words: Words<
  | 'title'
  | 'text'
  | 'confirm'
  | 'free'
  | 'done'
  | 'doneLead'
  | 'receipt'
  | 'receiptLead'
  | 'about'
  | 'at'
  | 'record'
  | 'version'
  | 'back'
  | 'backLead'
  | 'over'
> = {
  fr: {
    title: 'Confirmer votre accord',
    text: 'Voici le texte exact auquel vous consentez :',
    confirm: 'Je donne mon accord',
    free: 'Vous êtes libre d’accepter ou non. Si vous fermez cette page, rien ne change. Vous pourrez retirer votre accord à tout moment, aussi simplement.',
    done: 'Votre accord est enregistré',
    doneLead: 'Merci. Votre reçu se trouve sur cette page.',
    receipt: 'Votre reçu signé',
    receiptLead:
      'Il prouve ce que vous avez accepté, et n’importe qui peut en vérifier la signature.',
    about: 'Pour',
    at: 'Date',
    record: 'Numéro',
    version: 'Texte',
    back: 'Je retire mon accord',
    backLead: 'Vous avez changé d’avis ? Un clic suffit.',
    over: 'Vous avez retiré votre accord : nous n’en tenons plus compte.',
  },
  en: {
    title: 'Confirm your consent',
    text: 'This is the exact text you agree to:',
    confirm: 'I give my consent',
    free: 'You are free to agree or not. If you close this page, nothing changes. You can withdraw your consent at any time, just as easily.',
    done: 'Your consent is recorded',
    doneLead: 'Thank you. Your receipt is on this page.',
    receipt: 'Your signed receipt',
    receiptLead: 'It shows what you agreed to, and anybody can verify its signature.',
    about: 'For',
    at: 'Date',
    record: 'Number',
    version: 'Text',
    back: 'I withdraw my consent',
    backLead: 'Changed your mind? One click is enough.',
    over: 'You have withdrawn your consent: it no longer counts.',
  },
};

type View = {
  readonly language: PageLanguage;
  readonly owner: string;
  readonly asked: Confirmation;
  readonly path: string;
  readonly formToken: string;
};

/** The text the person is asked to agree to, and one button. */
export const askingPage = (
  view: View & { readonly text: string; readonly textLanguage: PageLanguage },
): PageContent => {
  const { language, owner, asked, path, formToken, text, textLanguage } = view;
  const said = words[language];
  return {
    language,
    title: said.title,
    owner,
    body: h(
      Form,
      { language, action: path, formToken },
      h('p', null, h('strong', null, sentenceOf('asks', { ...asked, name: owner }, language))),
      h('p', null, said.text),
      h(Quoted, { text, language: textLanguage }),
      h('p', null, said.free),
      h(Button, { label: said.confirm, name: 'act', value: 'confirm' }),
    ),
  };
};

/** What was recorded, the receipt, and the way back, which is no longer than the way here was. */
export const confirmedPage = (
  view: View & {
    readonly record: ConsentRecord;
    readonly receipt: string;
    readonly isWithdrawn: boolean;
    readonly timeZone: string;
  },
): PageContent => {
  const { language, owner, asked, path, formToken, record, receipt, isWithdrawn, timeZone } = view;
  const said = words[language];
  const { privacy_notice: notice } = record;
  const at = new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone,
  }).format(new Date(record.event.event_time));
  const text = notice === undefined ? '' : `${notice.slug ?? ''} ${notice.version}`.trim();
  return {
    language,
    title: said.done,
    owner,
    body: h(
      'div',
      null,
      isWithdrawn
        ? h(Notice, { kind: 'warning' }, h('p', null, said.over))
        : h(Notice, { kind: 'done' }, h('p', null, said.doneLead)),
      h(Facts, {
        rows: [
          [said.about, sentenceOf('title', asked, language)],
          [said.at, at],
          [said.version, text],
          [said.record, record.record_id],
        ],
      }),
      isWithdrawn
        ? null
        : h(
            Form,
            { language, action: path, formToken },
            h('p', null, said.backLead),
            h(Button, { label: said.back, name: 'act', value: 'withdraw', isQuiet: true }),
          ),
      h('h2', null, said.receipt),
      h('p', null, said.receiptLead),
      h('p', null, h('code', null, receipt)),
    ),
  };
};
