/** The languages that pages for people are written in. */
export const pageLanguages = ['fr', 'en'] as const;
export type PageLanguage = (typeof pageLanguages)[number];

/** What a page says in each of its languages: one that is missing does not compile. */
export type Words<Name extends string> = Record<PageLanguage, Record<Name, string>>;

export const isPageLanguage = (text: unknown): text is PageLanguage =>
  pageLanguages.some((one) => one === text);

const weightOf = (parameters: readonly string[]): number => {
  const given = parameters.map((one) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(one)?.[1]);
  return Number(given.find((one) => one !== undefined) ?? 1);
};

/** The language that a browser asks for (RFC 9110, 12.5.4); undefined where it asks for none of ours. */
export const acceptedLanguage = (header: string | undefined): PageLanguage | undefined => {
  const asked = (header ?? '').split(',').flatMap((range) => {
    const [tag = '', ...parameters] = range.split(';');
    const language = tag.trim().toLowerCase().split('-')[0];
    const weight = weightOf(parameters);
    return isPageLanguage(language) && weight > 0 ? [{ language, weight }] : [];
  });
  return asked.toSorted((one, other) => other.weight - one.weight)[0]?.language;
};

type Asked = {
  /** `?lang=` of the address: what a person chose goes before what the browser asks for. */
  readonly chosen?: unknown;
  readonly accepted?: string | undefined;
  readonly fallback?: PageLanguage;
};

export const pageLanguageOf = ({ chosen, accepted, fallback = 'en' }: Asked): PageLanguage =>
  isPageLanguage(chosen) ? chosen : (acceptedLanguage(accepted) ?? fallback);

/** True of a browser: it asks for HTML and for nothing that a program would read. */
export const prefersPage = (accept: string | undefined): boolean =>
  accept !== undefined && /\btext\/html\b/i.test(accept) && !/\bjson\b/i.test(accept);
