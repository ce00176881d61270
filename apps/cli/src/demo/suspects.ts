import { BlockLikelihood, BlockLikelihoodPage } from '@tact/contracts';
import { tableOf, wrapped } from '../table.ts';
import type { TactApi } from '../tact-api.ts';
import type { SimulatedPerson, Truth } from '../population.ts';
import { words, type Language } from './words.ts';

const WIDTH = 100;
const INDENT = '      ';

/** The worklist of the platform, most suspicious first, each with its explanation. */
export const suspectsOf = async (api: TactApi, limit: number): Promise<BlockLikelihood[]> => {
  const page = BlockLikelihoodPage.parse(await api.get(`/v1/block-likelihoods?limit=${limit}`));
  return Promise.all(
    page.items
      .slice(0, limit)
      .map(async ({ contactId }) =>
        BlockLikelihood.parse(await api.get(`/v1/contacts/${contactId}/block-likelihood`)),
      ),
  );
};

const truthOf = (person: SimulatedPerson | undefined, language: Language): string => {
  if (person === undefined) return '?';
  const { blockedSince, notBlocked, causes } = words[language];
  return person.blockedSince === undefined
    ? notBlocked(causes[person.otherCause ?? ''] ?? person.otherCause)
    : blockedSince(person.blockedSince.slice(0, 10));
};

/** What speaks for a block, strongest first, each with an innocent explanation, then what the rule makes of it. */
const reasonsOf = ({ families, rule }: BlockLikelihood, language: Language): string[] => {
  const against = families
    .filter(({ contribution }) => contribution > 0.05)
    .toSorted((a, b) => b.contribution - a.contribution);
  const lines = against.flatMap(({ contribution, sentence, innocentAlternatives }) => {
    const [innocent] = innocentAlternatives;
    return [
      ...wrapped(`+${contribution.toFixed(1)} ${sentence[language]}`, WIDTH, INDENT),
      ...(innocent === undefined
        ? []
        : wrapped(
            `${words[language].alsoPossible}: ${innocent[language]}`,
            WIDTH,
            `${INDENT}     `,
          )),
    ];
  });
  return [...lines, ...wrapped(rule.sentence[language], WIDTH, INDENT)];
};

/** The table of the demo: contact ids only, never who they stand for. */
export const suspectLines = (
  suspects: readonly BlockLikelihood[],
  truth: Truth,
  language: Language,
): string[] => {
  const say = words[language];
  const rows = suspects.map((suspect, index) => [
    String(index + 1),
    suspect.contactId,
    say.percent(suspect.probability),
    say.bands[suspect.band],
    truthOf(truth.get(suspect.contactId), language),
  ]);
  const [head = '', ...table] = tableOf(say.columns, rows);
  const blocked = [...truth.values()].filter((person) => person.blockedSince !== undefined);
  const right = suspects.filter(
    ({ contactId }) => truth.get(contactId)?.blockedSince !== undefined,
  );
  return [
    '',
    say.title(suspects.length),
    ...wrapped(say.simulated, WIDTH, ''),
    ...wrapped(say.legend, WIDTH, ''),
    '',
    head,
    ...table.flatMap((row, index) => {
      const suspect = suspects[index];
      return suspect === undefined ? [row] : [row, ...reasonsOf(suspect, language), ''];
    }),
    say.score({
      right: right.length,
      shown: suspects.length,
      blocked: blocked.length,
      people: truth.size,
    }),
  ];
};
