import type { PageLanguage } from '@tact/contracts';
import { Button, Form, h, Notice, type PageContent, type Words } from '@tact/platform/pages';

const words: Words<
  | 'title'
  | 'what'
  | 'whatWithStop'
  | 'todo'
  | 'stop'
  | 'stopHint'
  | 'doneTitle'
  | 'done'
  | 'doneMore'
> = {
  fr: {
    title: 'Ce lien n’est plus valable',
    what: 'Il a expiré, votre choix a changé depuis, ou l’adresse à laquelle il a été envoyé n’est plus celle que nous connaissons. Rien n’a été modifié.',
    whatWithStop:
      'Il a expiré, ou l’adresse à laquelle il a été envoyé n’est plus celle que nous connaissons : il n’ouvre plus vos choix. Vous pouvez toujours arrêter ces messages ici.',
    todo: 'Ouvrez le lien du dernier message reçu, ou écrivez-nous : votre demande sera prise en compte.',
    stop: 'Ne plus recevoir ces messages',
    stopHint:
      'Nous n’en enverrons plus à l’adresse qui a reçu ce lien, quelle que soit la personne à qui elle appartient, ni à la personne à qui il était destiné.',
    doneTitle: 'C’est noté : ces messages s’arrêtent',
    done: 'Nous n’enverrons plus ces messages à l’adresse qui a reçu ce lien, quelle que soit la personne à qui elle appartient, ni à la personne à qui il était destiné.',
    doneMore:
      'Le lien n’ouvre plus vos autres choix, car l’adresse n’est plus celle que nous connaissons. Pour les modifier, ouvrez le lien du dernier message reçu, ou écrivez-nous.',
  },
  en: {
    title: 'This link is no longer valid',
    what: 'It has expired, your choice has changed since, or the address it was sent to is no longer the one we know. Nothing was changed.',
    whatWithStop:
      'It has expired, or the address it was sent to is no longer the one we know: it does not open your choices any more. You can still stop these messages here.',
    todo: 'Open the link of the latest message you received, or write to us: what you ask will be heeded.',
    stop: 'Stop these messages',
    stopHint:
      'We will send no more of them to the address that received this link, whoever it belongs to, nor to the person it was meant for.',
    doneTitle: 'Done: these messages stop',
    done: 'We will send no more of these messages to the address that received this link, whoever it belongs to, nor to the person it was meant for.',
    doneMore:
      'The link does not open your other choices any more, because the address is no longer the one we know. To change them, open the link of the latest message you received, or write to us.',
  },
};

const paragraphs = (...texts: readonly string[]) =>
  texts.map((text) => h('p', { key: text }, text));

/** Where a link leads that opened something and opens nothing any more: it was copied whole, and no other copy helps. */
export const voidLinkPage = (language: PageLanguage, owner: string): PageContent => ({
  language,
  title: words[language].title,
  owner,
  body: h('div', null, ...paragraphs(words[language].what, words[language].todo)),
});

type VoidWayOut = {
  readonly language: PageLanguage;
  readonly owner: string;
  /** Path of the page itself. */
  readonly path: string;
  readonly formToken: string;
  /** What the page's door calls a stop. */
  readonly act: 'stop' | 'withdraw';
  /** What it stops is stopped. */
  readonly isStopped: boolean;
};

/** A way out that opens no choices any more, and still is one: it can be stopped by, and nothing of anybody is shown. */
export const voidWayOutPage = ({
  language,
  owner,
  path,
  formToken,
  act,
  isStopped,
}: VoidWayOut): PageContent => {
  const said = words[language];
  const page = { language, owner };
  if (isStopped) {
    const done = h(Notice, { kind: 'done' }, h('p', null, said.done));
    return {
      ...page,
      title: said.doneTitle,
      body: h('div', null, done, h('p', null, said.doneMore)),
    };
  }
  const stop = h(Button, { label: said.stop, hint: said.stopHint, name: 'act', value: act });
  const form = h(Form, { language, action: path, formToken }, stop);
  const body = h('div', null, h('p', null, said.whatWithStop), form, h('p', null, said.todo));
  return { ...page, title: said.title, body };
};
