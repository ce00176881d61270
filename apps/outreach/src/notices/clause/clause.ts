import type { ControllerContact, LawfulBasis, PageLanguage, Purpose } from '@tact/contracts';
import {
  basisSentences,
  categorySentences,
  purposeSentences,
  retentionSentences,
} from './facts.ts';
import { sections, type SectionName } from './sections.ts';

/** What a tenant says of itself, as far as a clause needs it. */
export type ClauseSettings = {
  readonly name: string;
  /** ISO 3166. */
  readonly country?: string | undefined;
  readonly dpo?: { readonly name: string; readonly email: string } | undefined;
  /** Where the controller is reached (GDPR Art. 13(1)(a)). */
  readonly contact?: ControllerContact | undefined;
  readonly lawfulBasis: Readonly<Record<Purpose, LawfulBasis>>;
};

export type Clause = {
  readonly text: string;
  /** What the text has a gap in brackets for: it is registered once each of them is filled. */
  readonly missing: readonly ('contact' | 'country' | 'dpo')[];
};

/** What a person expects first comes first. */
const purposes = Object.keys(purposeSentences) as readonly Purpose[];

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

const purposesOf = ({ lawfulBasis }: ClauseSettings, language: PageLanguage): string =>
  list(
    purposes.map((purpose) => {
      const [what, why] = [purposeSentences[purpose], basisSentences[lawfulBasis[purpose]]];
      return language === 'fr' ? `${what.fr} : ${why.fr} ;` : `${what.en}: ${why.en};`;
    }),
  );

const ended = (text: string): string => text.replace(/ ?;$/, '.');

const listed = (
  sentences: readonly { readonly fr: string; readonly en: string }[],
  language: PageLanguage,
) => ended(list(sentences.map((said) => (language === 'fr' ? `${said.fr} ;` : `${said.en};`))));

/** By post, by e-mail, by telephone: whichever there is. A number alone is no address. */
const reachedAt = ({ postalAddress, email, phone }: ControllerContact): string | undefined => {
  if (postalAddress === undefined && email === undefined) return undefined;
  return [postalAddress, email, phone].filter((one) => one !== undefined).join(', ');
};

/**
 * What a person is told before she agrees or when her data came from elsewhere (GDPR Art. 13 and 14), made of what the
 * tenant says of itself and of what the platform does. A draft: whoever publishes it has read it.
 */
export const clauseOf = (settings: ClauseSettings, language: PageLanguage): Clause => {
  const { name, country, dpo, contact = {}, lawfulBasis } = settings;
  const said = sections[language];
  const hasConsent = Object.values(lawfulBasis).includes('consent');
  const facts = {
    name,
    contact: reachedAt(contact),
    dpo: dpo === undefined ? undefined : `${dpo.name} (${dpo.email})`,
    isFrench: country === 'FR',
    isCountryKnown: country !== undefined,
    lists: {
      purposes: ended(purposesOf(settings, language)),
      categories: listed(categorySentences, language),
      retention: listed(
        retentionSentences.map((one) => one.said),
        language,
      ),
    },
  };
  const names = (Object.keys(said) as SectionName[]).filter(
    (one) => one !== 'withdrawal' || hasConsent,
  );
  const parts = names.map((section) => {
    const { title, body } = said[section];
    return `${title}\n\n${body(facts)}`;
  });
  return {
    text: `${parts.join('\n\n')}\n`,
    missing: [
      ...(facts.contact === undefined ? (['contact'] as const) : []),
      ...(country === undefined ? (['country'] as const) : []),
      ...(dpo === undefined ? (['dpo'] as const) : []),
    ],
  };
};
