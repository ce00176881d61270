import { createElement as h, Fragment } from 'react';
import type { PageLanguage } from './language.ts';
import type { PageContent } from './layout.ts';

type Sort = 'missing' | 'refused' | 'changed' | 'too-many' | 'away' | 'broken';
type Text = { readonly title: string; readonly what: string; readonly todo: string };

const texts: Record<Sort, Record<PageLanguage, Text>> = {
  missing: {
    en: {
      title: 'This page does not exist',
      what: 'The address is incomplete, or what it led to is no longer there.',
      todo: 'If you came from a message, open its link again, or copy the whole of it.',
    },
    fr: {
      title: 'Cette page n’existe pas',
      what: 'L’adresse est incomplète, ou ce qu’elle montrait n’est plus là.',
      todo: 'Si vous venez d’un message, ouvrez de nouveau son lien, ou copiez-le en entier.',
    },
  },
  refused: {
    en: {
      title: 'This could not be done',
      what: 'Something is missing or wrong in what was sent. Nothing was changed.',
      todo: 'Go back to the page before and try again.',
    },
    fr: {
      title: 'L’opération n’a pas pu aboutir',
      what: 'Il manque quelque chose, ou une information est incorrecte. Rien n’a été modifié.',
      todo: 'Revenez à la page précédente et réessayez.',
    },
  },
  changed: {
    en: {
      title: 'Something has changed meanwhile',
      what: 'What you saw is no longer up to date. Nothing was changed.',
      todo: 'Open the page again and decide anew.',
    },
    fr: {
      title: 'Les informations ont changé entre-temps',
      what: 'Ce que vous avez vu n’est plus à jour. Rien n’a été modifié.',
      todo: 'Rouvrez la page, puis recommencez.',
    },
  },
  'too-many': {
    en: {
      title: 'Too many attempts',
      what: 'Too many requests came from here in a short time.',
      todo: 'Wait a minute, then try again.',
    },
    fr: {
      title: 'Trop de tentatives',
      what: 'Trop de demandes sont arrivées d’ici en peu de temps.',
      todo: 'Patientez une minute, puis réessayez.',
    },
  },
  away: {
    en: {
      title: 'No answer for the moment',
      what: 'The service is not available right now. Nothing was changed.',
      todo: 'Try again in a few minutes.',
    },
    fr: {
      title: 'Pas de réponse pour le moment',
      what: 'Le service est momentanément indisponible. Rien n’a été modifié.',
      todo: 'Réessayez dans quelques minutes.',
    },
  },
  broken: {
    en: {
      title: 'Something broke on our side',
      what: 'It is not your fault, and it was noted.',
      todo: 'Try again in a few minutes. If it goes on, tell us the number below.',
    },
    fr: {
      title: 'Une erreur s’est produite de notre côté',
      what: 'Vous n’y êtes pour rien, et l’incident a été enregistré.',
      todo: 'Réessayez dans quelques minutes. Si cela continue, indiquez-nous le numéro ci-dessous.',
    },
  },
};

const reference: Record<PageLanguage, string> = { en: 'Reference:', fr: 'Référence :' };

const sortOf = (status: number): Sort => {
  if (status === 404 || status === 410 || status === 405) return 'missing';
  if (status === 409) return 'changed';
  if (status === 429) return 'too-many';
  if (status === 503) return 'away';
  return status >= 500 ? 'broken' : 'refused';
};

/** What a person is told where a program gets problem+json; it repeats nothing of what was sent. */
export const problemPage = (
  { status, traceId }: { readonly status: number; readonly traceId?: string },
  language: PageLanguage,
): PageContent => {
  const { title, what, todo } = texts[sortOf(status)][language];
  const number =
    traceId === undefined
      ? null
      : h('p', null, `${reference[language]} `, h('code', null, traceId));
  return {
    language,
    title,
    body: h(Fragment, null, h('p', null, what), h('p', null, todo), number),
  };
};
