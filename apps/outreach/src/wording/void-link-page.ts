import type { PageLanguage } from '@tact/contracts';
import { h, type PageContent, type Words } from '@tact/platform/pages';

const words: Words<'title' | 'what' | 'todo'> = {
  fr: {
    title: 'Ce lien n’est plus valable',
    what: 'Il a expiré, votre choix a changé depuis, ou l’adresse à laquelle il a été envoyé n’est plus celle que nous connaissons. Rien n’a été modifié.',
    todo: 'Ouvrez le lien du dernier message reçu, ou écrivez-nous : votre demande sera prise en compte.',
  },
  en: {
    title: 'This link is no longer valid',
    what: 'It has expired, your choice has changed since, or the address it was sent to is no longer the one we know. Nothing was changed.',
    todo: 'Open the link of the latest message you received, or write to us: what you ask will be heeded.',
  },
};

/** Where a link leads that opened something and opens nothing any more: it was copied whole, and no other copy helps. */
export const voidLinkPage = (language: PageLanguage, owner: string): PageContent => ({
  language,
  title: words[language].title,
  owner,
  body: h('div', null, h('p', null, words[language].what), h('p', null, words[language].todo)),
});
